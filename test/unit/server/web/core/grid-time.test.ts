import { expect, test } from 'vitest';
import { ManualProcessClock } from '../../../../../edge/platform/clock.ts';
import { GridTime } from '../../../../../server/web/src/core/grid-time.ts';

test('is not known before the server told it', () => {
  expect(new GridTime(new ManualProcessClock()).nowMs()).toBeUndefined();
});

test('goes on with the speed of the district, from what the server said last', () => {
  const clock = new ManualProcessClock();
  const time = new GridTime(clock);
  time.set(1_000_000, 60);
  clock.advance(1_000);
  expect(time.nowMs()).toBe(1_060_000);
  time.set(2_000_000);
  clock.advance(500);
  expect(time.nowMs()).toBe(2_030_000);
});
