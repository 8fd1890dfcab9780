import { describe, expect, test } from 'vitest';
import { RunClock } from '../../../../server/ingest/run-clock.ts';

const NEVER = Number.NEGATIVE_INFINITY;

describe('reading times within a run', () => {
  test('a higher number with a later time is fine', () => {
    const clock = new RunClock();
    expect(clock.judge(1, 1000, NEVER)).toEqual({ conflict: false });
    expect(clock.judge(2, 1001, NEVER)).toEqual({ conflict: false });
  });

  test('a higher number at the same or an earlier time is a conflict, and the fence is told once', () => {
    const clock = new RunClock();
    clock.judge(1, 1000, NEVER);
    expect(clock.judge(2, 1000, NEVER)).toEqual({ conflict: true, fence: { afterN: 1, untilMs: 1000 } });
    expect(clock.judge(3, 500, NEVER)).toEqual({ conflict: true });
    expect(clock.judge(4, 1001, NEVER)).toEqual({ conflict: false });
  });

  test('a repetition of a lower number is none', () => {
    const clock = new RunClock();
    clock.judge(5, 5000, NEVER);
    expect(clock.judge(3, 3000, NEVER)).toEqual({ conflict: false });
  });

  test('a live record behind the newest of an earlier run is a conflict', () => {
    const clock = new RunClock();
    expect(clock.judge(1, 1000, 2000)).toEqual({ conflict: true, fence: { afterN: 0, untilMs: 2000 } });
    expect(clock.judge(2, 2001, 2000)).toEqual({ conflict: false });
  });

  test('a second step back within a run is told again', () => {
    const clock = new RunClock();
    clock.judge(1, 1000, NEVER);
    clock.judge(2, 900, NEVER);
    clock.judge(3, 1100, NEVER);
    expect(clock.judge(4, 1000, NEVER)).toEqual({ conflict: true, fence: { afterN: 3, untilMs: 1100 } });
  });

  test('after a restart of the host the fence still stands: a record that comes again is judged as before', () => {
    const clock = new RunClock([{ afterN: 1, untilMs: 1000 }]);
    expect(clock.judge(2, 1000, NEVER)).toEqual({ conflict: true });
    expect(clock.judge(1, 1000, NEVER)).toEqual({ conflict: false });
    expect(clock.judge(3, 1001, NEVER)).toEqual({ conflict: false });
  });
});
