import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Ledger, ledgerLines } from '../../../../simulators/ledger/ledger.ts';
import { answerLine, parseLedgerLine } from '../../../../simulators/ledger/ledger-line.ts';

const METRICS = new Map([['M-1', ['voltage_a', 'energy_import']]]);

describe('the ledger file', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gridwarden-ledger-'));
    file = join(folder, 'sub', 'ledger.tsv');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('holds an answer as soon as it is written', () => {
    const ledger = Ledger.open(file, METRICS);
    ledger.write({ device: 'M-1', counter: 1, timeMs: 1000, values: [1.5, undefined] });
    expect([...ledgerLines(readFileSync(file, 'utf8'))]).toEqual([
      { kind: 'metrics', device: 'M-1', metrics: ['voltage_a', 'energy_import'] },
      { kind: 'answer', device: 'M-1', counter: 1, timeMs: 1000, values: [1.5, undefined] },
    ]);
  });

  it('counts on where an earlier run ended', async () => {
    const first = Ledger.open(file, METRICS);
    expect(first.nextCounter('M-1')).toBe(1);
    first.write({ device: 'M-1', counter: 1, timeMs: 1000, values: [1, 1] });
    first.write({ device: 'M-1', counter: 2, timeMs: 2000, values: [2, 2] });
    await first.stop();
    const second = Ledger.open(file, METRICS);
    expect(second.nextCounter('M-1')).toBe(3);
    expect(second.nextCounter('M-2')).toBe(1);
  });

  it('refuses a file that is no ledger', () => {
    const other = join(folder, 'other.txt');
    writeFileSync(other, 'hello\n');
    expect(() => Ledger.open(other, METRICS)).toThrow('no line of a ledger');
  });

  it('keeps every digit of a value', () => {
    const values = [0.1 + 0.2, 123456.000000001, 1 / 3];
    const line = answerLine({ device: 'M-1', counter: 1, timeMs: 1, values });
    expect(parseLedgerLine(line.trimEnd())).toMatchObject({ values });
  });
});
