import { expect, test } from 'vitest';
import { rejectedOf } from '../../../../../../server/web/src/pages/agents/rejected-list.ts';

test('the refused values of an agent are its own, with how many there were, the latest first', () => {
  const rejected = { agent: 'east/a', device: 'M-1', metric: 'voltage_a', timeMs: 5, value: 1, reason: 'no room' };
  const line = { kind: 'rejected_value' as const, topic: 'east/a/M-1', reason: 'words', firstMs: 0, lastMs: 1 };
  const items = [
    { ...line, count: 3, rejected: { ...rejected, device: 'M-2' } },
    { ...line, count: 1, rejected: { ...rejected, agent: 'east/b' } },
    { ...line, count: 2, rejected },
    { ...line, count: 9 },
  ];
  expect(rejectedOf('east/a', { items })).toEqual([
    { ...rejected, device: 'M-2', count: 3 },
    { ...rejected, count: 2 },
  ]);
});
