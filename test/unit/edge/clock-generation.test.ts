import { expect, it } from 'vitest';
import { type ClockStep, EdgeClock } from '../../../edge/clock-generation.ts';
import { ManualGridClock, ManualProcessClock, systemGridClock } from '../../../edge/platform/clock.ts';

const START_MS = 1_790_000_000_000;

function setup() {
  const grid = new ManualGridClock(START_MS);
  const process = new ManualProcessClock();
  const steps: ClockStep[] = [];
  const clock = new EdgeClock(grid, process, (step) => steps.push(step));
  /** Time passes; the wall clock is off by `driftMs` more afterwards. */
  const pass = (ms: number, driftMs = 0): void => {
    process.advance(ms);
    grid.advance(ms + driftMs);
  };
  return { clock, steps, pass };
}

it('runs with the monotonic clock, whatever small corrections the wall clock gets', () => {
  const { clock, pass, steps } = setup();
  pass(10_000, 1500);
  expect(clock.nowMs()).toBe(START_MS + 10_000);
  pass(10_000, -2500);
  expect(clock.nowMs()).toBe(START_MS + 20_000);
  expect(clock.generation).toBe(1);
  expect(steps).toEqual([]);
});

it('at exactly 2 s it stays, beyond it follows in a new generation', () => {
  const { clock, pass, steps } = setup();
  pass(1000, 2000);
  expect([clock.nowMs(), clock.generation]).toEqual([START_MS + 1000, 1]);
  pass(0, 1);
  expect([clock.nowMs(), clock.generation]).toEqual([START_MS + 3001, 2]);
  expect(steps).toEqual([{ generation: 2, stepMs: 2001 }]);
});

it('follows back as well, by an hour or a year, and anchors anew each time', () => {
  const { clock, pass, steps } = setup();
  pass(1000, -3_600_000);
  expect([clock.nowMs(), clock.generation]).toEqual([START_MS + 1000 - 3_600_000, 2]);
  pass(1000);
  expect([clock.nowMs(), clock.generation]).toEqual([START_MS + 2000 - 3_600_000, 2]);
  pass(0, 365 * 86_400_000);
  expect([clock.nowMs(), clock.generation]).toEqual([START_MS + 2000 - 3_600_000 + 365 * 86_400_000, 3]);
  expect(steps.map(({ stepMs }) => stepMs)).toEqual([-3_600_000, 365 * 86_400_000]);
});

it('notices a machine that slept: its monotonic clock may have stood still', () => {
  const { clock, pass } = setup();
  pass(0, 600_000);
  expect([clock.nowMs(), clock.generation]).toEqual([START_MS + 600_000, 2]);
});

it('runs at the speed of the grid, and measures the difference in real seconds', () => {
  let wallMs = 1_000_000;
  const process = new ManualProcessClock();
  const clock = new EdgeClock(
    systemGridClock({ startMs: 0, wallStartMs: 1_000_000, speed: 60 }, () => wallMs),
    process,
  );
  wallMs += 1000;
  process.advance(1000);
  expect([clock.nowMs(), clock.speed]).toEqual([60_000, 60]);
  wallMs += 1999;
  expect([clock.nowMs(), clock.generation]).toEqual([60_000, 1]);
  wallMs += 2;
  expect([clock.nowMs(), clock.generation]).toEqual([180_060, 2]);
});
