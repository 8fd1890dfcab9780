import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualGridClock } from '../../../../edge/platform/clock.ts';
import { loadModels, modelNamed } from '../../../../edge/profiles/load.ts';
import { CountedUnit } from '../../../../simulators/ledger/counted-unit.ts';
import { Ledger, ledgerLines } from '../../../../simulators/ledger/ledger.ts';

const model = modelNamed(loadModels([join(import.meta.dirname, '../../../faults/models')]), 'gridwarden/ledger-meter');
const metrics = model.registers.map(({ metric }) => metric);
/** The registers of both classes lie from 0 to 21 (test/faults/models/gridwarden/ledger-meter.yaml). */
const WHOLE = [3, 0, 22] as const;

describe('a counted unit', () => {
  let folder: string;
  let file: string;
  let unit: CountedUnit;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gridwarden-counted-'));
    file = join(folder, 'ledger.tsv');
    unit = new CountedUnit({
      id: 'M-1',
      model,
      serial: '1',
      ledger: Ledger.open(file, new Map([['M-1', metrics]])),
      gridClock: new ManualGridClock(5000),
      behaviour: () => ({ kind: 'normal' }),
    });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const answers = () => [...ledgerLines(readFileSync(file, 'utf8'))].filter((line) => line.kind === 'answer');

  function registers(functionCode: number, address: number, count: number): Buffer {
    const answer = unit.read(functionCode, address, count);
    if ('exception' in answer) throw new Error(`exception ${answer.exception}`);
    return answer.registers;
  }

  it('writes down what it answers, and counts each answer', () => {
    for (const counter of [1, 2, 3]) {
      const bytes = registers(...WHOLE);
      expect(bytes.readUInt32BE(0)).toBe(counter);
      expect(bytes.readUInt32BE(24)).toBe(counter);
      const written = answers().at(-1);
      expect(written).toMatchObject({ device: 'M-1', counter, timeMs: 5000 });
      expect(written?.values[metrics.indexOf('active_power')]).toBe(bytes.readDoubleBE(4));
      expect(written?.values[metrics.indexOf('voltage_b')]).toBe(bytes.readFloatBE(20));
    }
  });

  it('leaves out what a read did not cover', () => {
    registers(3, 0, 12);
    const covered = metrics.filter((_, index) => answers()[0]?.values[index] !== undefined);
    expect(covered).toEqual(['device_status', 'active_power', 'voltage_a', 'voltage_b']);
  });

  it('writes nothing down for what it refuses', () => {
    expect(unit.read(3, 1000, 2)).toEqual({ exception: 2 });
    expect(unit.read(6, 0, 1)).toEqual({ exception: 1 });
    expect(answers()).toEqual([]);
    registers(...WHOLE);
    expect(answers().map(({ counter }) => counter)).toEqual([1]);
  });
});
