import { describe, expect, test } from 'vitest';
import { decodeInto } from '../../../edge/modbus/decode.ts';
import { decodeIdentity } from '../../../edge/modbus/identity.ts';
import { NOTHING_LEARNED } from '../../../edge/modbus/learned-limits.ts';
import { TYPICAL_COST } from '../../../edge/modbus/plan.ts';
import { CLASSES, planReads } from '../../../edge/modbus/read-plan.ts';
import { registersOf } from '../../../edge/profiles/describe.ts';
import { loadModels, modelNamed } from '../../../edge/profiles/load.ts';
import type { FunctionCode } from '../../../edge/profiles/schema.ts';
import { qualityOf } from '../../../edge/protocol/quality.ts';
import { goldenProfiles } from '../../support/golden-profiles.ts';

const models = loadModels();
const cases = goldenProfiles();

test('every built-in model has a golden case, and each names its source', () => {
  expect(cases.map(({ model }) => model).sort()).toEqual([...models.keys()].sort());
  for (const { header } of cases) expect(header.length).toBeGreaterThan(100);
});

describe.each(cases)('$model', ({ model: name, image, expected, within, serial }) => {
  const model = modelNamed(models, name);

  /** The bytes of a read; throws where the image has no register, as the device would refuse. */
  function read(functionCode: FunctionCode, address: number, count: number): Buffer {
    const unit = image.units[0];
    const blocks = (functionCode === 3 ? unit?.holding : unit?.input) ?? [];
    const block = blocks.find((one) => one.address <= address && address + count <= one.address + one.registers.length);
    if (block === undefined) throw new Error(`the image has no registers ${address} to ${address + count - 1}`);
    const bytes = Buffer.alloc(2 * count);
    for (let i = 0; i < count; i++) bytes.writeUInt16BE(block.registers[address - block.address + i] ?? 0, 2 * i);
    return bytes;
  }

  test('every value, read register by register', () => {
    const values = new Float64Array(1);
    const quality = new Uint8Array(1);
    const { blocks, refused } = planReads(model, CLASSES.both, NOTHING_LEARNED, TYPICAL_COST);
    const decoded: Record<string, number | string> = {};
    for (const { functionCode, address, count, pollClass, index, decoder } of blocks.flatMap((one) => one.registers)) {
      decodeInto(decoder, read(functionCode, address, count), 0, values, quality, 0);
      const metric = registersOf(model, pollClass)[index]?.metric ?? '';
      decoded[metric] = quality[0] === 0 ? (values[0] ?? Number.NaN) : qualityOf(quality[0] ?? 255);
    }
    expect(refused).toEqual([]);
    expect(Object.keys(decoded).sort()).toEqual(Object.keys(expected).sort());
    for (const [metric, value] of Object.entries(decoded)) {
      const wanted = expected[metric];
      if (typeof wanted !== 'number' || typeof value !== 'number') expect(value, metric).toBe(wanted);
      else expect(Math.abs(value - wanted), `${metric}: ${value}`).toBeLessThanOrEqual(within);
    }
  });

  test('the serial number, where the model has one', () => {
    const { identity } = model;
    const read1 = identity && decodeIdentity(identity, read(identity.functionCode, identity.address, identity.count));
    expect(read1).toBe(serial);
  });
});
