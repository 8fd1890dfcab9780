import { beforeEach, expect, test } from 'vitest';
import { ManualProcessClock } from '../../../../edge/platform/clock.ts';
import { RebirthRequests } from '../../../../server/ingest/rebirth-requests.ts';

const channel = { url: 'mqtt://x', isOnline: true, publish: () => {} };
let clock: ManualProcessClock;
let sent: string[];
let requests: RebirthRequests;

beforeEach(() => {
  clock = new ManualProcessClock();
  sent = [];
  const settings = { intervalMs: 1000, maxPerSecond: 20, maxNodes: 100 };
  requests = new RebirthRequests(settings, clock, ({ node }) => sent.push(`${clock.nowMs()} ${node}`));
});

test('a node that does not answer is asked at doubling intervals, however often it is wanted', () => {
  for (let ms = 0; ms < 20_000; ms += 10) {
    requests.request('east', 'a', channel);
    clock.advance(10);
  }
  expect(sent).toEqual(['0 a', '1000 a', '3000 a', '7000 a', '15000 a']);
});

test('a birth ends it, and the node may be asked again at once after a quiet time', () => {
  expect(requests.request('east', 'a', channel)).toBe(true);
  clock.advance(2000);
  requests.born('east/a');
  expect(requests.request('east', 'a', channel)).toBe(true);
  clock.advance(1);
  expect(sent).toEqual(['0 a', '2000 a']);
});

test('a node that is born and wanted again and again is not called at once', () => {
  for (let round = 0; round < 9; round++) {
    requests.request('east', 'a', channel);
    clock.advance(100);
    requests.born('east/a');
  }
  expect(sent).toEqual(['0 a']);
});

test('many nodes are asked at a bounded rate', () => {
  for (let index = 0; index < 60; index++) requests.request('east', `n${index}`, channel);
  clock.advance(1000);
  expect(sent.length).toBeGreaterThan(15);
  expect(sent.length).toBeLessThanOrEqual(24);
  clock.advance(3000);
  expect(new Set(sent.map((line) => line.split(' ')[1])).size).toBe(60);
});

test('the list of wishes is bounded, and a dead node is not called', () => {
  for (let index = 0; index < 100; index++) requests.request('east', `n${index}`, channel);
  expect(requests.request('east', 'one too many', channel)).toBe(false);
  requests.dead('east/n0');
  clock.advance(10_000);
  expect(sent.some((line) => line.endsWith(' n0'))).toBe(false);
  expect(sent.some((line) => line.endsWith('many'))).toBe(false);
});
