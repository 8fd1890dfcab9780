import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeInto, decoderOf } from '../../../../edge/modbus/decode.ts';
import { loadModels } from '../../../../edge/profiles/load.ts';
import { shownBy } from '../../../../simulators/modbus/shown-value.ts';
import { writeNumber } from '../../../../simulators/modbus/write-number.ts';

const registers = [...loadModels().values()].flatMap((model) => model.registers);

describe('what is read of a value', () => {
  it('is, for each register of each model, what an edge decodes from it, bit for bit', () => {
    const value = fc.oneof(
      fc.double({ min: 0, max: 900_000, noNaN: true }),
      fc.double({ min: -400, max: 400, noNaN: true }),
    );
    const register = fc.constantFrom(...registers);
    fc.assert(
      fc.property(register, value, (one, number) => {
        const bytes = Buffer.alloc(8);
        writeNumber(bytes, 0, one, number / one.factor);
        const [values, quality] = [new Float64Array(1), new Uint8Array(1)];
        decodeInto(
          { ...decoderOf(one), notAvailable: [], min: -Infinity, max: Infinity },
          bytes,
          0,
          values,
          quality,
          0,
        );
        const isUnsigned64 = one.type === 'uint64' && number / one.factor < 0;
        return isUnsigned64 || Object.is(shownBy(one)(number) + 0, (values[0] ?? Number.NaN) + 0);
      }),
      { numRuns: 5000 },
    );
  });

  it('is rounded to the register and bounded by it', () => {
    expect(shownBy({ type: 'uint16', factor: 0.1 })(230.14)).toBe(230.1);
    expect(shownBy({ type: 'uint16', factor: 0.1 })(9999)).toBe(6553.5);
    expect(shownBy({ type: 'float32', factor: 1 })(0.1)).toBe(Math.fround(0.1));
  });
});
