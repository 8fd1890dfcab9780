import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type FillOrder,
  type FillOutcome,
  fillGap,
  type ProfileStep,
} from '../../../../edge/modbus/load-profile-fill.ts';
import { loadModels, modelNamed } from '../../../../edge/profiles/load.ts';
import type { MetricName } from '../../../../edge/protocol/quantities.ts';
import { LoadProfileImage } from '../../../../simulators/modbus/load-profile-image.ts';

const QUARTER = 900_000;
const NOW = Date.UTC(2026, 2, 1, 10, 7);
const OFFSET = 8 * 3_600_000;
const METRICS: MetricName[] = ['energy_import', 'energy_export'];

const loaded = modelNamed(loadModels(), 'abb/a43').loadProfile;
if (!loaded) throw new Error('the model has a load profile');
const profile = loaded;

/** 1 kWh a quarter; nothing goes out. */
const importKwh = (timeMs: number) => Math.round((timeMs - NOW) / QUARTER) + 5000;

interface World {
  readonly outcome: FillOutcome;
  readonly filled: [number, number[]][];
  readonly parts: number[];
  readonly steps: ProfileStep[];
}

interface Bend {
  readonly meterAheadMs?: number;
  readonly metrics?: MetricName[];
  /** Called before each step is done. */
  readonly before?: (step: ProfileStep, image: LoadProfileImage, count: number) => void;
  readonly exportKwh?: number | undefined;
}

function fill(gap: FillOrder['gap'], bend: Bend = {}): World {
  const image = new LoadProfileImage({
    profile,
    utcOffsetMs: OFFSET + (bend.meterAheadMs ?? 0),
    nowMs: () => NOW,
    registerAt: (metric, timeMs) =>
      metric === 'energy_import' ? importKwh(timeMs) : 'exportKwh' in bend ? bend.exportKwh : 0,
  });
  const filled: World['filled'] = [];
  const parts: number[] = [];
  const steps: ProfileStep[] = [];
  const generator = fillGap({
    profile,
    gap,
    utcOffsetMs: OFFSET,
    nowMs: () => NOW,
    metrics: bend.metrics ?? METRICS,
    onValues: (timeMs, values) => filled.push([timeMs, [...values]]),
    onPart: (toMs) => parts.push(toMs),
  });
  let step = generator.next();
  while (step.done !== true) {
    steps.push(step.value);
    bend.before?.(step.value, image, steps.length);
    step = generator.next(answerOf(image, step.value));
  }
  return { outcome: step.value, filled, parts, steps };
}

function answerOf(image: LoadProfileImage, step: ProfileStep): Uint8Array {
  if ('values' in step) {
    const bytes = Buffer.alloc(2 * step.values.length);
    for (const [index, value] of step.values.entries()) bytes.writeUInt16BE(value, 2 * index);
    if (image.write(step.address, bytes) !== undefined) throw new Error(`${step.address} may not be written`);
    return new Uint8Array(0);
  }
  const answer = image.read(step.functionCode, step.address, step.count);
  if (!answer || 'exception' in answer) throw new Error(`${step.address} may not be read`);
  return answer.registers;
}

function quartersIn({ fromMs, toMs }: FillOrder['gap']): number[] {
  const quarters: number[] = [];
  for (let at = Math.floor(fromMs / QUARTER + 1) * QUARTER; at <= toMs; at += QUARTER) quarters.push(at);
  return quarters;
}

describe('filling a gap', () => {
  test('gives every interval of it once, oldest first, with both counters', () => {
    fc.assert(
      fc.property(fc.nat(4 * 86_400_000), fc.nat(3 * 86_400_000), (agoMs, lengthMs) => {
        const toMs = NOW - 60_000 - agoMs;
        const gap = { fromMs: toMs - lengthMs, toMs };
        const { outcome, filled } = fill(gap);
        const quarters = quartersIn(gap);
        expect(filled).toEqual(quarters.map((at) => [at, [importKwh(at), 0]]));
        expect(outcome).toEqual({ kind: 'done', filled: quarters.length, absent: 0 });
      }),
      { numRuns: 60 },
    );
  });

  test('leaves out the boundary at which it begins, and takes the one at which it ends', () => {
    const at = Date.UTC(2026, 2, 1, 8);
    const { filled } = fill({ fromMs: at, toMs: at + 2 * QUARTER });
    expect(filled.map(([timeMs]) => timeMs)).toEqual([at + QUARTER, at + 2 * QUARTER]);
  });

  test('hands over a day at a time, so that what was handed over is not read again', () => {
    const gap = { fromMs: NOW - 3 * 86_400_000, toMs: NOW - 60_000 };
    const { parts, steps } = fill(gap);
    expect(parts).toEqual([gap.fromMs + 86_400_000, gap.fromMs + 2 * 86_400_000, gap.toMs]);
    expect(steps.length).toBeLessThan(150);
  });

  test('writes nothing but what chooses the entries', () => {
    const { steps } = fill({ fromMs: NOW - 86_400_000, toMs: NOW });
    const written = new Set(steps.flatMap((step) => ('values' in step ? [step.address] : [])));
    const { next, channel, time, direction } = profile.select;
    expect([...written].sort()).toEqual([next, channel, time, direction].sort());
  });

  test('says how many intervals the meter does not have', () => {
    const { outcome } = fill({ fromMs: NOW - 31 * 86_400_000 - 4 * QUARTER, toMs: NOW });
    expect(outcome).toMatchObject({ kind: 'done', absent: 4 });
  });

  test('a counter that the meter does not keep is missing beside the one that it does', () => {
    const { filled } = fill({ fromMs: NOW - QUARTER, toMs: NOW }, { exportKwh: undefined });
    expect(filled).toEqual([[Date.UTC(2026, 2, 1, 10), [importKwh(Date.UTC(2026, 2, 1, 10)), Number.NaN]]]);
  });
});

describe('what is left alone', () => {
  const gap = { fromMs: NOW - 4 * QUARTER, toMs: NOW };

  test('a meter whose clock is off by more than an interval, and none that is off by less', () => {
    expect(fill(gap, { meterAheadMs: 16 * 60_000 })).toMatchObject({
      outcome: { kind: 'clock', aheadMs: 16 * 60_000 },
      filled: [],
    });
    expect(fill(gap, { meterAheadMs: -3_600_000 }).outcome).toEqual({ kind: 'clock', aheadMs: -3_600_000 });
    expect(fill(gap, { meterAheadMs: 30_000 }).outcome.kind).toBe('done');
  });

  test('a meter without a channel for any of the counters', () => {
    expect(fill(gap, { metrics: ['reactive_energy_import'] }).outcome).toEqual({ kind: 'no_channel' });
  });

  test('what was read while another master chose another channel', () => {
    const before = (step: ProfileStep, image: LoadProfileImage, count: number) => {
      if (count > 6 && step.address === profile.information.address)
        image.write(profile.select.channel, Buffer.from([0, 2]));
    };
    expect(fill(gap, { before })).toMatchObject({ outcome: { kind: 'disturbed' }, filled: [] });
  });
});
