import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { parse } from 'yaml';
import type { RegisterImage } from '../parts/register-image.ts';

const Block = Type.Object({
  address: Type.Integer(),
  registers: Type.Array(Type.Array(Type.Integer({ minimum: 0, maximum: 0xffff }))),
});

const CaseFile = Type.Object(
  {
    model: Type.String(),
    serial: Type.Optional(Type.String()),
    holding: Type.Optional(Type.Array(Block)),
    input: Type.Optional(Type.Array(Block)),
    /** Value in the catalogue's unit, or the quality of a value that is not good; every metric of the model. */
    expected: Type.Record(Type.String(), Type.Union([Type.Number(), Type.String()])),
    /** How far a value may lie from the expected one; default: not at all. */
    within: Type.Optional(Type.Number()),
  },
  { additionalProperties: false },
);

/** A golden case of a device model: registers from outside our encoder, and what they mean. */
export interface GoldenProfile {
  readonly file: string;
  readonly header: string;
  readonly model: string;
  readonly serial: string | undefined;
  readonly image: RegisterImage;
  readonly expected: Readonly<Record<string, number | string>>;
  readonly within: number;
}

const FOLDER = join(import.meta.dirname, '../golden/profiles');

/** The unit that every case answers as. */
export const GOLDEN_UNIT = 1;

export function goldenProfiles(): GoldenProfile[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => {
      const text = readFileSync(join(FOLDER, file), 'utf8');
      const content: unknown = parse(text);
      if (!Value.Check(CaseFile, content))
        throw new Error(`${file}: ${JSON.stringify(Value.Errors(CaseFile, content))}`);
      const flat = (blocks: readonly { address: number; registers: number[][] }[] | undefined) =>
        (blocks ?? []).map(({ address, registers }) => ({ address, registers: registers.flat() }));
      const unit = { unit: GOLDEN_UNIT, holding: flat(content.holding), input: flat(content.input) };
      return {
        file,
        header: text.slice(0, text.indexOf('model:')),
        model: content.model,
        serial: content.serial,
        image: { units: [unit] },
        expected: content.expected,
        within: content.within ?? 0,
      };
    });
}
