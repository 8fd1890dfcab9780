import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ModelDevice, runTurns } from '../../../support/turns-world.ts';

const RUN_MS = 60_000;
const SECOND_MS = 1000;

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
const loadOf = (devices: readonly ModelDevice[]) =>
  sum(devices.map(({ requestsMs, everyMs }) => sum(requestsMs) / everyMs));

/** No request takes longer: a bus has one in flight, and nobody can go before its end. */
const LONGEST_MS = SECOND_MS / 8;

/** Requests that take `totalMs` together, in `parts` of them or more. */
function cut(totalMs: number, parts: number): number[] {
  const length = Math.max(parts, Math.ceil(totalMs / LONGEST_MS));
  return Array.from({ length }, () => totalMs / length);
}

/** Devices that are read each second or less often, and take `load` of the bus together. */
function neighbours(load: number, everyMs: fc.Arbitrary<number>) {
  const each = fc.record({
    weight: fc.integer({ min: 1, max: 5 }),
    parts: fc.integer({ min: 1, max: 4 }),
    everyMs,
    phase: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  });
  return fc.array(each, { minLength: 2, maxLength: 12 }).map((all): ModelDevice[] => {
    const weights = sum(all.map(({ weight }) => weight));
    return all.map(({ weight, parts, everyMs: every, phase }) => ({
      everyMs: every,
      phaseMs: Math.floor(phase * every),
      requestsMs: cut((load * every * weight) / weights, parts),
    }));
  });
}

const seconds = fc.constant(SECOND_MS);
const mixed = fc.constantFrom(SECOND_MS, 2 * SECOND_MS, 5 * SECOND_MS, 10 * SECOND_MS);

/** A device with a visit of up to 40 requests. */
const hogs = (everyMs: fc.Arbitrary<number>) =>
  fc.record({
    everyMs,
    phaseMs: fc.integer({ min: 0, max: 999 }),
    requestsMs: fc.array(fc.integer({ min: 1, max: LONGEST_MS }), { minLength: 1, maxLength: 40 }),
  });

describe('beside a device that wants more of the bus than there is', () => {
  test.each([
    ['all are read each second', seconds],
    ['intervals differ', mixed],
  ])('the others keep every deadline, and it is read as often as they leave time for: %s', (_, everyMs) => {
    fc.assert(
      fc.property(neighbours(0.25, everyMs), hogs(everyMs), (others, hog) => {
        const [read, ...beside] = runTurns([hog, ...others], RUN_MS);
        expect(beside.map(({ missed }) => missed)).toEqual(others.map(() => 0));
        const possible = Math.min(RUN_MS / hog.everyMs, (0.75 * RUN_MS) / sum(hog.requestsMs));
        expect(read?.visits).toBeGreaterThanOrEqual(Math.floor(0.9 * possible) - 1);
      }),
    );
  });

  test('so they do beside three of them', () => {
    const three = fc.array(hogs(seconds), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(neighbours(0.2, seconds), three, (others, some) => {
        // Enough of them that three parts leave time for all.
        const quiet = Array.from({ length: 12 }, (): ModelDevice => ({ everyMs: 1000, phaseMs: 0, requestsMs: [1] }));
        const partMs = SECOND_MS / (3 + others.length + quiet.length);
        fc.pre(others.every(({ requestsMs }) => sum(requestsMs) <= partMs));
        const all = runTurns([...some, ...others, ...quiet], RUN_MS);
        expect(all.slice(3).map(({ missed }) => missed)).toEqual([...others, ...quiet].map(() => 0));
        expect(all.slice(0, 3).every(({ visits }) => visits > 5)).toBe(true);
      }),
    );
  });

  test('whoever was not heard of yet is read as well', () => {
    const hog = { everyMs: 1000, phaseMs: 0, requestsMs: [1200] };
    const unheard = Array.from({ length: 8 }, (_, i) => ({
      everyMs: 1000,
      phaseMs: 100 * i + 50,
      requestsMs: [5],
      isUnheard: true,
    }));
    for (const { visits } of runTurns([hog, ...unheard], 10_000)) expect(visits).toBeGreaterThan(4);
  });
});

test('all keep every deadline on a bus that has time for them', () => {
  fc.assert(
    fc.property(neighbours(0.6, mixed), (devices) => {
      expect(loadOf(devices)).toBeCloseTo(0.6);
      expect(runTurns(devices, RUN_MS).map(({ missed }) => missed)).toEqual(devices.map(() => 0));
    }),
  );
});

test('on a bus that is too slow for all alike, each is read about as often as any other', () => {
  fc.assert(
    fc.property(fc.integer({ min: 5, max: 12 }), fc.integer({ min: 1, max: 4 }), (count, parts) => {
      const devices = Array.from({ length: count }, (_, i) => ({
        everyMs: SECOND_MS,
        phaseMs: Math.floor((i * SECOND_MS) / count),
        requestsMs: cut((1.5 * SECOND_MS) / count, parts),
      }));
      const visits = runTurns(devices, RUN_MS).map((device) => device.visits);
      expect(Math.min(...visits)).toBeGreaterThan(0.9 * Math.max(...visits));
      expect(sum(visits)).toBeGreaterThan((0.98 * RUN_MS * count) / (1.5 * SECOND_MS));
    }),
  );
});
