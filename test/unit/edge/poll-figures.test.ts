import { expect, it } from 'vitest';
import { ManualProcessClock } from '../../../edge/platform/clock.ts';
import { figuresOf, PollWatch } from '../../../edge/poll-figures.ts';

it('finds the slowest device and the median', () => {
  expect(figuresOf({ usualMs: [5, 100, 10], missed: 5 })).toEqual({ slowestMs: 100, medianMs: 10, missed: 5 });
  expect(figuresOf({ usualMs: [], missed: 0 })).toEqual({ slowestMs: undefined, medianMs: undefined, missed: 0 });
});

it('goes through the devices every few seconds, not for every figure', () => {
  const clock = new ManualProcessClock();
  let asked = 0;
  const watch = new PollWatch(() => {
    asked += 1;
    return { usualMs: [asked], missed: 0 };
  }, clock);
  expect([watch.figures.slowestMs, watch.figures.slowestMs, asked]).toEqual([1, 1, 1]);
  clock.advance(5000);
  expect([watch.figures.slowestMs, asked]).toEqual([2, 2]);
});

it('has no figures without buses', () => {
  const watch = new PollWatch(() => undefined, new ManualProcessClock());
  expect(watch.figures).toEqual({ slowestMs: undefined, medianMs: undefined, missed: 0 });
});
