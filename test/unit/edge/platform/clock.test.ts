import { describe, expect, it } from 'vitest';
import {
  ManualGridClock,
  ManualProcessClock,
  seededRandom,
  systemGridClock,
  systemProcessClock,
} from '../../../../edge/platform/clock.ts';
import { gridClockOf } from '../../../../edge/platform/common-config.ts';

describe('systemGridClock', () => {
  it('is the wall without settings', () => {
    expect(systemGridClock({}, () => 1234.7).nowMs()).toBe(1234);
    expect(systemGridClock().speed).toBe(1);
  });

  it('starts where it is told and runs as fast as it is told', () => {
    let wallMs = 1_000_000;
    const clock = systemGridClock({ startMs: 5_000_000, wallStartMs: 1_000_000, speed: 60 }, () => wallMs);
    expect(clock.nowMs()).toBe(5_000_000);
    wallMs += 1000;
    expect(clock.nowMs()).toBe(5_060_000);
  });

  it('is made from the configuration', () => {
    const config = { start: '2026-01-01T00:00:00Z', wallStart: new Date().toISOString(), speed: 1000 };
    const clock = gridClockOf(config);
    expect(clock.speed).toBe(1000);
    expect(clock.nowMs()).toBeGreaterThanOrEqual(Date.parse('2026-01-01T00:00:00Z'));
    expect(gridClockOf(undefined).speed).toBe(1);
  });
});

describe('ManualProcessClock', () => {
  it('fires timers in the order of their times, and equal ones in the order of their making', () => {
    const clock = new ManualProcessClock();
    const fired: string[] = [];
    clock.setTimer(20, () => fired.push(`late at ${clock.nowMs()}`));
    clock.setTimer(10, () => fired.push(`first at ${clock.nowMs()}`));
    clock.setTimer(10, () => fired.push(`second at ${clock.nowMs()}`));
    clock.advance(25);
    expect(fired).toEqual(['first at 10', 'second at 10', 'late at 20']);
    expect(clock.nowMs()).toBe(25);
  });

  it('fires timers that timers set, within the same advance', () => {
    const clock = new ManualProcessClock();
    const fired: number[] = [];
    const again = (): void => {
      fired.push(clock.nowMs());
      clock.setTimer(10, again);
    };
    clock.setTimer(10, again);
    clock.advance(35);
    expect(fired).toEqual([10, 20, 30]);
    expect(clock.pendingTimers).toBe(1);
  });

  it('does not fire what was cancelled', () => {
    const clock = new ManualProcessClock();
    let fired = false;
    const timer = clock.setTimer(10, () => {
      fired = true;
    });
    timer.cancel();
    clock.advance(100);
    expect(fired).toBe(false);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('systemProcessClock', () => {
  it('never goes back, and its timers fire unless they are cancelled', async () => {
    const clock = systemProcessClock();
    const before = clock.nowMs();
    let cancelledFired = false;
    clock
      .setTimer(0, () => {
        cancelledFired = true;
      })
      .cancel();
    await new Promise<void>((resolve) => clock.setTimer(1, resolve));
    expect(clock.nowMs()).toBeGreaterThan(before);
    expect(cancelledFired).toBe(false);
  });
});

describe('ManualGridClock', () => {
  it('shows what it is set to', () => {
    const clock = new ManualGridClock(5);
    clock.advance(2);
    expect(clock.nowMs()).toBe(7);
    clock.set(1);
    expect(clock.nowMs()).toBe(1);
  });
});

describe('seededRandom', () => {
  it('gives the same sequence for the same seed, in [0, 1)', () => {
    const draw = (seed: number) => {
      const random = seededRandom(seed);
      return Array.from({ length: 1000 }, () => random());
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    for (const value of draw(3)) expect(value >= 0 && value < 1).toBe(true);
    const mean = draw(4).reduce((sum, value) => sum + value, 0) / 1000;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.05);
  });
});
