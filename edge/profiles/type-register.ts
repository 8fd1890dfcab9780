import { type Static, Type } from 'typebox';
import type { Problem } from '../platform/schema-errors.ts';
import { WholeBlockSchema } from './whole-block.ts';

/**
 * Where a device says what it is. Makers use one register map for a family: without this register its members cannot be
 * told apart by what they answer.
 */
export const TypeRegisterSchema = Type.Object(
  {
    functionCode: Type.Union([Type.Literal(3), Type.Literal(4)]),
    address: Type.Integer({ minimum: 0, maximum: 65_535 }),
    type: Type.Union([Type.Literal('uint16'), Type.Literal('ascii')]),
    count: Type.Optional(Type.Integer({ minimum: 1, maximum: 32, description: 'Registers of an ascii text' })),
    block: Type.Optional(WholeBlockSchema),
    values: Type.Array(Type.Union([Type.Integer({ minimum: 0, maximum: 65_535 }), Type.String({ minLength: 2 })]), {
      minItems: 1,
      maxItems: 32,
      description: 'Codes of this model, or texts of which one stands in the register',
    }),
  },
  { additionalProperties: false, description: 'The register that says what model it is; for commissioning' },
);

export type TypeRegisterFile = Static<typeof TypeRegisterSchema>;

/** The register that tells the model, ready to be read. */
export interface TypeRegister {
  readonly functionCode: 3 | 4;
  /** What is read at once: the register or text itself, or the whole block that it is part of. */
  readonly address: number;
  readonly count: number;
  /** Registers of what is read that come before it, and its own. */
  readonly offset: number;
  readonly width: number;
  readonly type: 'uint16' | 'ascii';
  readonly values: readonly (number | string)[];
}

export function resolveTypeRegister(file: TypeRegisterFile): TypeRegister {
  const { functionCode, type, values } = file;
  const width = typeWidth(file);
  const { address, count } = file.block ?? { address: file.address, count: width };
  return { functionCode, address, count, offset: file.address - address, width, type, values };
}

/** Registers that the code or the text takes. */
export function typeWidth({ type, count = 1 }: TypeRegisterFile): number {
  return type === 'ascii' ? count : 1;
}

/** A code is a number, a text is a text: anything else never fits. */
export function lintTypeRegister(file: TypeRegisterFile | undefined): Problem[] {
  const wanted = file?.type === 'ascii' ? 'string' : 'number';
  const wrong = file?.values.findIndex((value) => typeof value !== wanted) ?? -1;
  if (wrong < 0) return [];
  return [
    { path: ['typeRegister', 'values', String(wrong)], message: `must be a ${wanted === 'string' ? 'text' : wanted}` },
  ];
}

/** What the register says, as a code or a text; `words` are all that was read for it. */
export function typeIn({ type, offset, width }: TypeRegister, words: readonly number[]): number | string {
  const own = words.slice(offset, offset + width);
  if (type === 'uint16') return own[0] ?? 0;
  const bytes = own.flatMap((word) => [word >> 8, word & 0xff]);
  return String.fromCharCode(...bytes)
    .replace(/[^\x20-\x7e]/g, '')
    .trim();
}

/** Whether what the register says is this model. A text may have an order number or a version around it. */
export function isType(register: TypeRegister, said: number | string): boolean {
  return register.values.some((value) =>
    typeof value === 'string' && typeof said === 'string' ? said.includes(value) : value === said,
  );
}
