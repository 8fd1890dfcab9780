import { expect, it } from 'vitest';
import { BrokerWalk } from '../../../../edge/node/broker-walk.ts';

const URLS = ['mqtt://a', 'mqtt://b', 'mqtt://c'];

it('tries the brokers in order, at once, and pauses longer after each round of failures', () => {
  const walk = new BrokerWalk(URLS, () => 1);
  const tried: [string, number][] = [];
  for (let attempt = 0; attempt < 9; attempt++) tried.push([walk.url, walk.failed()]);
  expect(tried).toEqual([
    ['mqtt://a', 0],
    ['mqtt://b', 0],
    ['mqtt://c', 250],
    ['mqtt://a', 0],
    ['mqtt://b', 0],
    ['mqtt://c', 500],
    ['mqtt://a', 0],
    ['mqtt://b', 0],
    ['mqtt://c', 1000],
  ]);
});

it('never pauses for more than 8 s, and begins short again after a session', () => {
  const walk = new BrokerWalk(['mqtt://a'], () => 1);
  for (let attempt = 0; attempt < 20; attempt++) walk.failed();
  expect(walk.failed()).toBe(8000);
  walk.succeeded();
  expect(walk.failed()).toBe(250);
});

it('goes to the next broker soon when the primary host is away: births are wanted within 3 s of its return', () => {
  const walk = new BrokerWalk(URLS, () => 1);
  for (let walked = 0; walked < 10; walked++) expect(walk.hostAway()).toBeLessThanOrEqual(500);
  expect(walk.url).toBe('mqtt://b');
});

it('waits for the host as long as it takes at the only broker, and for a second or so at one of several', () => {
  expect(new BrokerWalk(['mqtt://a'], () => 0).dwellMs).toBeUndefined();
  expect(new BrokerWalk(URLS, () => 0).dwellMs).toBe(1000);
  expect(new BrokerWalk(URLS, () => 1).dwellMs).toBe(1500);
});
