import { describe, expect, test } from 'vitest';
import { scanLine } from '../../../../edge/commissioning/scan-line.ts';
import type { ReadRequest } from '../../../../edge/modbus/transport/transport.ts';
import { loadModels } from '../../../../edge/profiles/load.ts';
import type { FakeAnswer } from '../../../support/fake-transport.ts';
import { goldenProfiles } from '../../../support/golden-profiles.ts';
import { BenchLine } from './bench-line.ts';
import { wordsOf } from './register-words.ts';

const models = [...loadModels().values()];
const goldens = goldenProfiles();
const SILENT: FakeAnswer = { kind: 'silent' };
const REFUSED: FakeAnswer = { kind: 'exception', code: 2, afterMs: 5 };

/** The registers of a golden case; its type register is not in it. */
function meter(model: string, request: ReadRequest): FakeAnswer {
  const golden = goldens.find((one) => one.model === model);
  if (golden === undefined) throw new Error(`there is no case of ${model}`);
  const words = wordsOf(golden, request);
  if (words === undefined) return REFUSED;
  return { kind: 'words', afterMs: 5, word: (address) => words[address - request.address] ?? 0 };
}

async function scan(
  units: readonly number[],
  answer: (request: ReadRequest) => FakeAnswer,
  line = new BenchLine(answer),
) {
  const result = await line.run(scanLine(line.probe, { units, models, pauseMs: 0, console: line.console }));
  return { line, result };
}

describe('a scan', () => {
  test('finds who answers, refuses or answers damaged, and nobody else', async () => {
    const { result } = await scan([1, 2, 3, 4, 5], (request) => {
      if (request.unit === 2) return meter('circutor/cvm-c10', request);
      if (request.unit === 3) return REFUSED;
      if (request.unit === 4) return { kind: 'malformed', afterMs: 5 };
      return request.unit === 5 ? { kind: 'exception', code: 11, afterMs: 5 } : SILENT;
    });
    expect(result.found.map(({ unit, damaged, recognition }) => [unit, damaged, recognition.verdict])).toEqual([
      [2, false, 'recognised'],
      [3, false, 'unknown'],
      [4, true, 'unknown'],
    ]);
    expect(result.found[0]?.recognition.candidates[0]?.model.name).toBe('circutor/cvm-c10');
    expect([result.asked, result.ended]).toEqual([5, undefined]);
  });

  test('asks a silent unit twice only, and one at a time', async () => {
    const { line } = await scan([1, 2, 3], () => SILENT);
    expect(line.transport.reads.map(({ unit, functionCode }) => `${unit}:${functionCode}`)).toEqual([
      '1:3',
      '1:4',
      '2:3',
      '2:4',
      '3:3',
      '3:4',
    ]);
    const times = line.transport.reads.map(({ atMs }) => atMs);
    times.slice(1).forEach((atMs, i) => {
      expect(atMs - (times[i] ?? 0)).toBeGreaterThanOrEqual(line.probe.timeoutMs);
    });
  });

  test('that is interrupted keeps what it has found', async () => {
    const line = new BenchLine((request) => {
      if (request.unit === 2) line.abort.abort();
      return request.unit === 1 ? meter('circutor/cvm-c10', request) : SILENT;
    });
    const { result } = await scan([1, 2, 3], () => SILENT, line);
    expect([result.ended, result.asked]).toEqual(['interrupted', 2]);
    expect(result.found.map(({ unit }) => unit)).toEqual([1]);
  });

  test('ends when the line cannot be reached any more, with what was found', async () => {
    const line = new BenchLine((request) => {
      if (request.unit === 2) line.transport.reachable = false;
      return request.unit === 1 ? meter('circutor/cvm-c10', request) : SILENT;
    });
    const { result } = await scan([1, 2, 3, 4], () => SILENT, line);
    expect(result.ended).toEqual({ unreachable: 'nobody there' });
    expect(result.found.map(({ unit }) => unit)).toEqual([1]);
  });

  test('does not go on with a device that falls silent while it is asked', async () => {
    const { line, result } = await scan([1], ({ functionCode, address }) =>
      functionCode === 3 && address === 0 ? { kind: 'words', afterMs: 5 } : SILENT,
    );
    expect(result.found.map(({ recognition }) => recognition.verdict)).toEqual(['unknown']);
    expect(line.transport.reads.length).toBeLessThanOrEqual(5);
  });
});
