import { type Static, Type } from 'typebox';
import { Value } from 'typebox/value';

/**
 * What a device answers, register by register: written from the maker's table by hand, never by our encoder. Addresses
 * are those of the request (0-based). What is not listed does not exist: reading it is exception 2.
 */
const RegisterBlock = Type.Object({
  address: Type.Integer({ minimum: 0, maximum: 65_535 }),
  registers: Type.Array(Type.Integer({ minimum: 0, maximum: 65_535 }), { minItems: 1, maxItems: 65_536 }),
});

const UnitImage = Type.Object({
  unit: Type.Integer({ minimum: 0, maximum: 255 }),
  /** Read with function 3. */
  holding: Type.Optional(Type.Array(RegisterBlock)),
  /** Read with function 4. */
  input: Type.Optional(Type.Array(RegisterBlock)),
});

const RegisterImage = Type.Object({ units: Type.Array(UnitImage, { minItems: 1 }) });

export type RegisterBlock = Static<typeof RegisterBlock>;
export type RegisterImage = Static<typeof RegisterImage>;

/** Reads an image from JSON; a wrong one is an error that names the place. */
export function parseRegisterImage(json: string): RegisterImage {
  const image: unknown = JSON.parse(json);
  if (Value.Check(RegisterImage, image)) return image;
  const [first] = Value.Errors(RegisterImage, image);
  throw new Error(`not a register image: ${first?.instancePath || '/'} ${first?.message ?? ''}`);
}

function flattenTable(unit: number, table: 'holding' | 'input', blocks: readonly RegisterBlock[]): string[] {
  return blocks.map(
    ({ address, registers }) => `${unit} ${table} ${address} ${registers.length} ${registers.join(' ')}\n`,
  );
}

/** The image as lines of `unit table address count value…`, which a C program reads without a JSON library. */
export function flattenRegisterImage(image: RegisterImage): string {
  return image.units
    .flatMap(({ unit, holding = [], input = [] }) => [
      ...flattenTable(unit, 'holding', holding),
      ...flattenTable(unit, 'input', input),
    ])
    .join('');
}
