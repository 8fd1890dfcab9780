import { describe, expect, test } from 'vitest';
import { assess, isWell } from '../../../../edge/commissioning/assess.ts';
import { type DeviceReading, readDevice } from '../../../../edge/commissioning/read-device.ts';
import { deviceTable } from '../../../../edge/commissioning/report-device.ts';
import { busConfigOf } from '../../../../edge/commissioning/where.ts';
import { BusDevice } from '../../../../edge/modbus/device.ts';
import type { ReadRequest } from '../../../../edge/modbus/transport/transport.ts';
import { loadModels, modelNamed } from '../../../../edge/profiles/load.ts';
import type { FakeAnswer } from '../../../support/fake-transport.ts';
import { goldenProfiles } from '../../../support/golden-profiles.ts';
import { BenchLine } from './bench-line.ts';
import { wordsOf } from './register-words.ts';

const MODEL = 'eastron/sdm120';
const found = goldenProfiles().find(({ model }) => model === MODEL);
if (found === undefined) throw new Error('there is a case of the SDM120');
const golden = found;
const sdm120 = modelNamed(loadModels(), MODEL);
const bus = busConfigOf({ host: 'gw' });

function sound(request: ReadRequest): FakeAnswer {
  const words = wordsOf(golden, request);
  if (words === undefined) return { kind: 'exception', code: 2, afterMs: 5 };
  return { kind: 'words', afterMs: 5, word: (address) => words[address - request.address] ?? 0 };
}

async function reading(answer: (request: ReadRequest) => FakeAnswer, reachable = true): Promise<DeviceReading> {
  const line = new BenchLine(answer);
  line.transport.reachable = reachable;
  const device = new BusDevice({ id: 'M-1', model: MODEL, unit: 7, every: '1s' }, sdm120, '1s', () => 0);
  return line.run(readDevice(line.probe, device));
}

async function codes(answer: (request: ReadRequest) => FakeAnswer, trial = false): Promise<string[]> {
  return assess(await reading(answer), { bus, trial }).map(({ severity, code }) => `${severity} ${code}`);
}

test('a sound device has values, a serial number and nothing to tell', async () => {
  const read = await reading(sound);
  expect([read.answered, read.serial]).toEqual([true, golden.serial]);
  expect(read.values.find(({ metric }) => metric === 'voltage_a')).toMatchObject({ value: 226, quality: 0 });
  expect(assess(read, { bus, trial: false })).toEqual([]);
});

describe('what is wrong is told with what to do', () => {
  test.each<[string, (request: ReadRequest) => FakeAnswer, string, RegExp]>([
    ['silence', () => ({ kind: 'silent' }), 'problem silent', /Is 7 its unit/],
    [
      'a gateway without the device',
      () => ({ kind: 'exception', code: 11, afterMs: 5 }),
      'problem silent',
      /gateway is fine/,
    ],
    ['damaged answers', () => ({ kind: 'malformed', afterMs: 5 }), 'problem damaged', /baud rate and parity/],
    ['another model', () => ({ kind: 'exception', code: 2, afterMs: 5 }), 'problem refused', /another model/],
    [
      'a cut',
      (request) => (request.address > 0x40 ? { kind: 'silent' } : sound(request)),
      'problem cut_short',
      /more time/,
    ],
  ])('%s', async (_, answer, expected, advice) => {
    const [finding] = assess(await reading(answer), { bus, trial: false });
    expect(`${finding?.severity} ${finding?.code}`).toBe(expected);
    expect(finding?.advice).toMatch(advice);
  });

  test('nobody there', async () => {
    const [finding] = assess(await reading(sound, false), { bus, trial: false });
    expect(finding).toMatchObject({ severity: 'problem', code: 'unreachable', text: 'nobody there' });
    expect(finding?.advice).toContain('port 502');
    const [serial] = assess(await reading(sound, false), { bus: busConfigOf({ line: '/dev/ttyUSB0' }), trial: false });
    expect(serial?.advice).toContain('dialout');
  });

  test('refused registers are a note of a known model, a suspicion of one that is tried', async () => {
    const partly = (request: ReadRequest): FakeAnswer =>
      request.address <= 0x1e && request.address + request.count > 0x1e
        ? { kind: 'exception', code: 2, afterMs: 5 }
        : sound(request);
    expect(await codes(partly)).toEqual(['note refused']);
    expect(await codes(partly, true)).toEqual(['suspicion refused']);
  });

  test('words beyond what is physical', async () => {
    const wild = (request: ReadRequest): FakeAnswer => {
      const answer = sound(request);
      if (answer.kind !== 'words') return answer;
      // 0x0156 energy_total: 7F 7F FF FF is the greatest float there is.
      return { ...answer, word: (at) => (at === 0x156 ? 0x7f7f : at === 0x157 ? 0xffff : (answer.word?.(at) ?? 0)) };
    };
    expect(await codes(wild)).toEqual(['note out_of_range']);
    expect(await codes(wild, true)).toEqual(['suspicion out_of_range']);
  });
});

test('only notes leave a device well', () => {
  const finding = { code: 'refused', text: '', advice: '' } as const;
  expect(isWell([{ severity: 'note', ...finding }])).toBe(true);
  expect(
    isWell([
      { severity: 'note', ...finding },
      { severity: 'suspicion', ...finding },
    ]),
  ).toBe(false);
});

test('the table has a row a device, and below it what is wrong and what to do, within its width', async () => {
  const devices = [sound, () => ({ kind: 'silent' }) as const].map((answer) => reading(answer));
  const checked = (await Promise.all(devices)).map((read) => ({
    bus: 'gw',
    reading: read,
    findings: assess(read, { bus, trial: false }),
  }));
  const lines = deviceTable(checked, 80);
  expect(lines[0]).toMatch(/^device {2}unit {2}model +answered +ms {2}main values$/);
  expect(lines[1]).toMatch(/^M-1 +7 {2}eastron\/sdm120 {2}yes +\d+ {2}226\.0 V/);
  expect(lines[2]).toMatch(/^M-1 +7 {2}eastron\/sdm120 {2}no$/);
  expect(lines[3]).toBe('  ✗ no answer in time');
  expect(lines[4]).toMatch(/^ {4}→ Is 7 its unit/);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
});
