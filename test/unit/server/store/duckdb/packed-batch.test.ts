import { expect, test } from 'vitest';
import { packBatch } from '../../../../../server/store/duckdb/packed-batch.ts';
import { request } from '../../../../contract/store/batch.ts';

const points = request([1, 2, 3, 4].map((value) => ({ series: value, timeMs: value * 1000, value, n: value }))).points;

test('a packed batch is a copy that can be given away, as long as the batch and no longer', () => {
  const roomy = { ...points, length: 3 };
  const { points: packed, buffers } = packBatch(roomy, []);
  expect(packed.length).toBe(3);
  expect([...packed.series]).toEqual([1, 2, 3]);
  expect([...packed.timeUs]).toEqual([1e6, 2e6, 3e6]);
  structuredClone(buffers, { transfer: buffers });
  expect(packed.series.length).toBe(0);
  expect([...points.series]).toEqual([1, 2, 3, 4]);
});

test('refused points are left out', () => {
  const { points: packed } = packBatch(points, [
    { index: 0, reason: '' },
    { index: 2, reason: '' },
  ]);
  expect(packed.length).toBe(2);
  expect([...packed.value]).toEqual([2, 4]);
  expect([...packed.n]).toEqual([2, 4]);
  expect([...packed.stream]).toEqual([0, 0]);
});
