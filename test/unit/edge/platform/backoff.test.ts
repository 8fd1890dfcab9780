import { expect, it } from 'vitest';
import { Backoff } from '../../../../edge/platform/backoff.ts';

it('doubles up to its bound, and begins again after a success', () => {
  const backoff = new Backoff({ firstMs: 100, maxMs: 1000 }, () => 1);
  expect([1, 2, 3, 4, 5, 6].map(() => backoff.nextMs())).toEqual([100, 200, 400, 800, 1000, 1000]);
  backoff.reset();
  expect(backoff.nextMs()).toBe(100);
});

it('waits at least half of that, so that many do not come back in step', () => {
  const backoff = new Backoff({ firstMs: 100, maxMs: 1000 }, () => 0);
  expect([1, 2, 3, 4, 5].map(() => backoff.nextMs())).toEqual([50, 100, 200, 400, 500]);
});

it('stays at its bound however often it is asked', () => {
  const backoff = new Backoff({ firstMs: 1, maxMs: 60_000 }, () => 1);
  for (let attempt = 0; attempt < 2000; attempt++) backoff.nextMs();
  expect(backoff.nextMs()).toBe(60_000);
});
