import type { DuckDBConnection } from '@duckdb/node-api';
import { describe, expect, test } from 'vitest';
import { ReaderPool } from '../../../../../server/store/duckdb/reader-pool.ts';
import { Mutex } from '../../../../../server/store/mutex.ts';

describe('the connections of readers', () => {
  const [a, b] = [{ name: 'a' }, { name: 'b' }] as unknown as DuckDBConnection[];

  test('are shared in order, and given back also after a failure', async () => {
    const pool = new ReaderPool(a && b ? [a, b] : []);
    const gates = [0, 1, 2, 3].map(() => Promise.withResolvers<void>());
    const seen: [number, DuckDBConnection][] = [];
    const reads = gates.map(({ promise }, index) =>
      pool.with(async (connection) => {
        seen.push([index, connection]);
        await promise;
        if (index === 0) throw new Error('broken');
        return index;
      }),
    );
    await Promise.resolve();
    expect(seen.map(([index]) => index)).toEqual([0, 1]);
    gates[0]?.resolve();
    await expect(reads[0]).rejects.toThrow('broken');
    await expect.poll(() => seen.length).toBe(3);
    expect(seen[2]?.[1]).toBe(seen[0]?.[1]);
    for (const gate of gates) gate.resolve();
    expect(await Promise.all(reads.slice(1))).toEqual([1, 2, 3]);
  });

  test('are refused when too many wait', async () => {
    const pool = new ReaderPool(a ? [a] : []);
    const gate = Promise.withResolvers<void>();
    const waiting = Array.from({ length: 65 }, () => pool.with(() => gate.promise));
    await expect(pool.with(async () => 1)).rejects.toMatchObject({ code: 'OVERLOADED' });
    gate.resolve();
    await Promise.all(waiting);
    expect(await pool.with(async () => 1)).toBe(1);
  });
});

test('a mutex runs one after the other and goes on after a failure', async () => {
  const mutex = new Mutex();
  const order: string[] = [];
  const work = (name: string, fail = false) =>
    mutex.run(async () => {
      order.push(`${name} begins`);
      await Promise.resolve();
      order.push(`${name} ends`);
      if (fail) throw new Error(name);
    });
  const results = await Promise.allSettled([work('a'), work('b', true), work('c')]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});
