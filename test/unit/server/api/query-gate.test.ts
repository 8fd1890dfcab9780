import { expect, test } from 'vitest';
import { QueryGate } from '../../../../server/api/query-gate.ts';

function deferred() {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  return { promise, resolve, reject };
}

test('no more than the limit run, the others wait in order, and what is beyond is refused', async () => {
  const gate = new QueryGate({ running: 1, waiting: 2 });
  const tasks = [deferred(), deferred(), deferred()];
  const begun: number[] = [];
  const passes = tasks.map((task, i) =>
    gate.pass(() => {
      begun.push(i);
      return task.promise;
    }),
  );
  await expect(gate.pass(() => Promise.resolve())).rejects.toMatchObject({ code: 'OVERLOADED' });
  expect([begun, gate.waiting]).toEqual([[0], 2]);
  tasks[0]?.resolve();
  await passes[0];
  await Promise.resolve();
  expect(begun).toEqual([0, 1]);
  tasks[1]?.reject(new Error('a failure gives its place back, too'));
  await expect(passes[1]).rejects.toThrow('a failure');
  tasks[2]?.resolve();
  await passes[2];
  expect([begun, gate.waiting]).toEqual([[0, 1, 2], 0]);
  expect(await gate.pass(() => Promise.resolve(7))).toBe(7);
});
