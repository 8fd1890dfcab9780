import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nextDueMs, phaseMs } from '../../../../edge/modbus/phase.ts';
import { type DueJob, Timetable } from '../../../../edge/modbus/timetable.ts';
import { type GridClock, ManualProcessClock } from '../../../../edge/platform/clock.ts';

const START_MS = Date.UTC(2026, 0, 1);

class World {
  readonly clock = new ManualProcessClock();
  readonly grid: GridClock;
  shiftMs = 0;
  generation = 1;
  slots = 0;
  readonly timetable: Timetable;

  constructor(speed = 1) {
    this.grid = { speed, nowMs: () => START_MS + Math.floor(this.clock.nowMs() * speed) + this.shiftMs };
    this.timetable = new Timetable({
      gridClock: this.grid,
      processClock: this.clock,
      clockGeneration: () => this.generation,
      onSlotEnd: () => {
        this.slots += 1;
      },
    });
  }

  job(periodMs: number, phase = 0): { dues: number[]; skips: number[] } {
    const seen = { dues: [] as number[], skips: [] as number[] };
    const job: DueJob = {
      periodMs,
      phaseMs: phase,
      onDue(dueMs, skipped) {
        seen.dues.push(dueMs - START_MS);
        seen.skips.push(skipped);
      },
    };
    this.timetable.add(job);
    return seen;
  }
}

describe('deadlines', () => {
  test('are multiples of the period, however late the one before was served', () => {
    const world = new World();
    const every = world.job(1000, 200);
    world.timetable.start();
    world.clock.advance(4000);
    expect(every.dues).toEqual([200, 1200, 2200, 3200]);
  });

  test('those of one moment are served by one wake-up', () => {
    const world = new World();
    for (let i = 0; i < 100; i++) world.job(1000, 40);
    world.timetable.start();
    world.clock.advance(3000);
    expect(world.slots).toBe(3);
  });

  test('a quarter of an hour is a quarter of an hour of the clock', () => {
    const world = new World();
    world.shiftMs = 7 * 60_000 + 123;
    const every = world.job(900_000);
    world.timetable.start();
    world.clock.advance(1_800_000);
    expect(every.dues).toEqual([900_000, 1_800_000]);
  });

  test('grid time may run faster', () => {
    const world = new World(60);
    const every = world.job(60_000);
    world.timetable.start();
    world.clock.advance(5000);
    expect(every.dues).toEqual([60_000, 120_000, 180_000, 240_000, 300_000]);
  });

  test('a hold-up: the newest deadline is served, the number of those before is told', () => {
    const world = new World();
    const every = world.job(1000);
    world.timetable.start();
    world.clock.advance(1000);
    world.shiftMs += 5500;
    world.clock.advance(1000);
    expect(every.dues).toEqual([1000, 7000]);
    expect(every.skips).toEqual([0, 5]);
  });

  test.each([3_600_000, -3_600_000])(
    'the clock is set by %d ms: no deadline is skipped, none is waited for in vain',
    (shift) => {
      const world = new World();
      const every = world.job(1000);
      world.timetable.start();
      world.clock.advance(2000);
      world.shiftMs += shift;
      world.generation += 1;
      world.clock.advance(3000);
      expect(every.skips.every((skipped) => skipped === 0)).toBe(true);
      expect(every.dues.slice(2).map((due) => due - shift)).toEqual([3000, 4000, 5000]);
    },
  );

  test('one that is added later is served from its next deadline on, also beside others of its period and phase', () => {
    const world = new World();
    const first = world.job(1000, 200);
    world.timetable.start();
    world.clock.advance(1500);
    const second = world.job(1000, 200);
    // Grid time goes on while the process is held up: the deadline at 2200 is not served yet.
    world.shiftMs = 1000;
    const third = world.job(1000, 200);
    world.clock.advance(1500);
    expect(first).toEqual({ dues: [200, 1200, 2200, 3200], skips: [0, 0, 0, 0] });
    expect(second.dues).toEqual([2200, 3200]);
    expect(third.dues).toEqual([3200]);
  });

  test('stopped: nothing more falls due, and no timer is left', () => {
    const world = new World();
    const every = world.job(1000);
    world.timetable.start();
    world.clock.advance(1000);
    world.timetable.stop();
    world.clock.advance(5000);
    expect(every.dues).toHaveLength(1);
    expect(world.clock.pendingTimers).toBe(0);
  });

  test('over random jobs: each is served at each of its moments, in order of time', () => {
    const jobs = fc.array(
      fc.record({ periodMs: fc.integer({ min: 20, max: 3000 }), phase: fc.integer({ min: 0, max: 3000 }) }),
      { minLength: 1, maxLength: 30 },
    );
    fc.assert(
      fc.property(jobs, (parts) => {
        const world = new World();
        const order: number[] = [];
        const seen = parts.map(({ periodMs, phase }) => {
          const dues: number[] = [];
          world.timetable.add({
            periodMs,
            phaseMs: phase % periodMs,
            onDue: (dueMs) => {
              dues.push(dueMs - START_MS);
              order.push(dueMs);
            },
          });
          return { dues, periodMs, phase: phase % periodMs };
        });
        world.timetable.start();
        world.clock.advance(5000);
        for (const { dues, periodMs, phase } of seen) {
          const first = phase === 0 ? periodMs : phase;
          // The epoch is not a multiple of every period: what matters is the distance and the alignment to it.
          expect(dues.every((due, i) => i === 0 || due - (dues[i - 1] ?? 0) === periodMs)).toBe(true);
          expect(dues.every((due) => (due + START_MS - phase) % periodMs === 0)).toBe(true);
          expect(dues.length).toBeGreaterThanOrEqual(Math.floor(5000 / periodMs) - 1);
          expect(first).toBeGreaterThan(0);
        }
        expect(order).toEqual([...order].sort((a, b) => a - b));
      }),
      { numRuns: 50 },
    );
  });
});

describe('phases', () => {
  test('the devices of a bus are spread evenly over the interval, on slots', () => {
    const phases = Array.from({ length: 10 }, (_, index) =>
      phaseMs({ index, devices: 10, busIndex: 0, periodMs: 1000, slotMs: 20 }),
    );
    expect(phases).toEqual([0, 100, 200, 300, 400, 500, 600, 700, 800, 900]);
  });

  test('buses with one device each are spread as well', () => {
    const phases = Array.from({ length: 100 }, (_, busIndex) =>
      phaseMs({ index: 0, devices: 1, busIndex, periodMs: 1000, slotMs: 20 }),
    );
    expect(phases.every((phase) => phase % 20 === 0 && phase < 1000)).toBe(true);
    expect(new Set(phases).size).toBeGreaterThanOrEqual(45);
  });

  test('an interval shorter than a slot has one phase', () => {
    expect(phaseMs({ index: 3, devices: 4, busIndex: 1, periodMs: 10, slotMs: 20 })).toBe(0);
  });

  test('the next deadline lies after now', () => {
    expect(nextDueMs(5000, 1000, 0)).toBe(6000);
    expect(nextDueMs(5000, 1000, 1)).toBe(5001);
    expect(nextDueMs(4999, 1000, 0)).toBe(5000);
  });
});

test('jobs that are taken out fall due no more, and all others as if those had never been', () => {
  const jobs = fc.array(fc.record({ periodMs: fc.integer({ min: 1, max: 50 }), isTaken: fc.boolean() }), {
    minLength: 1,
    maxLength: 40,
  });
  fc.assert(
    fc.property(jobs, (all) => {
      const [world, alone] = [new World(), new World()];
      const told: string[] = [];
      const expected: string[] = [];
      const made = all.map(({ periodMs, isTaken }, index) => ({ ...jobOf(periodMs, index, told), isTaken }));
      for (const job of made) world.timetable.add(job);
      for (const [index, { periodMs, isTaken }] of all.entries())
        if (!isTaken) alone.timetable.add(jobOf(periodMs, index, expected));
      for (const { timetable } of [world, alone]) timetable.start();
      world.timetable.remove(new Set(made.filter(({ isTaken }) => isTaken)));
      for (const { clock } of [world, alone]) clock.advance(200);
      // At the same moment any order will do.
      const timesOf = (dues: readonly string[]) => dues.map((due) => Number(due.split(' ')[0]));
      expect(timesOf(told)).toEqual(timesOf(expected));
      expect([...told].sort()).toEqual([...expected].sort());
    }),
  );
});

function jobOf(periodMs: number, index: number, told: string[]): DueJob {
  return { periodMs, phaseMs: 0, onDue: (dueMs) => void told.push(`${dueMs} ${index}`) };
}
