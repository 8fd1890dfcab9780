import { expect, it } from 'vitest';
import { PrimaryHost } from '../../../../edge/node/primary-host.ts';

it('believes a state as new as the newest, and none that is older', () => {
  const host = new PrimaryHost();
  const hear = (online: boolean, timestamp: number) => host.hear('a', { online, timestamp });
  expect([hear(true, 100), hear(false, 100), hear(true, 99), hear(false, 99), hear(true, 101)]).toEqual([
    'online',
    'offline',
    'outdated',
    'outdated',
    'online',
  ]);
});

it('keeps the times of each broker apart', () => {
  const host = new PrimaryHost();
  host.hear('a', { online: false, timestamp: 100 });
  expect(host.hear('b', { online: true, timestamp: 50 })).toBe('online');
  expect(host.hear('a', { online: true, timestamp: 50 })).toBe('outdated');
});
