import { beforeEach, expect, test } from 'vitest';
import { ManualProcessClock } from '../../../../edge/platform/clock.ts';
import type { DeliveryAck } from '../../../../edge/protocol/delivery.ts';
import { AckSender } from '../../../../server/ingest/ack-sender.ts';
import type { LedgerStream } from '../../../../server/ingest/delivery-ledger.ts';
import { ReceivedStream } from '../../../../server/ingest/received-stream.ts';

let clock: ManualProcessClock;
let sent: { node: string; ack: DeliveryAck }[];
let isSaved: boolean;
let acks: AckSender;

function stream(epoch: string, node = 'east/a'): LedgerStream {
  const received = new ReceivedStream();
  return {
    id: { node, epoch },
    received,
    lastBuffer: undefined,
    lastIndex: 0,
    closed: false,
    hasLost: false,
    clocks: new Map(),
  };
}

beforeEach(() => {
  clock = new ManualProcessClock();
  sent = [];
  isSaved = true;
  acks = new AckSender({
    hostId: 'gridwarden',
    intervalMs: 200,
    processClock: clock,
    credit: () => 7,
    save: () => isSaved,
    publish: (node, ack) => sent.push({ node, ack }),
  });
});

test('one acknowledgement an interval and epoch, with all that is settled', () => {
  const one = stream('e1');
  for (let n = 1; n <= 20; n++) {
    one.received.restore([[n, n]]);
    acks.request(one);
    clock.advance(50);
  }
  expect(sent.map(({ ack }) => ack.done)).toEqual([[[1, 1]], [[1, 5]], [[1, 9]], [[1, 13]], [[1, 17]]]);
  clock.advance(1000);
  expect(sent.at(-1)).toEqual({
    node: 'east/a',
    ack: { host: 'gridwarden', epoch: 'e1', done: [[1, 20]], received: 20, credit: 7 },
  });
  expect(clock.pendingTimers).toBe(0);
});

test('what does not fit into one acknowledgement follows in the next ones, and what was settled meanwhile after them', () => {
  const one = stream('e1');
  const odd = (count: number) => Array.from({ length: count }, (_, index) => [2 * index + 1, 2 * index + 1] as const);
  one.received.restore(odd(1800));
  acks.request(one);
  clock.advance(50);
  expect(sent.map(({ ack }) => ack.done.length)).toEqual([1000]);
  one.received.restore([[2, 2]]);
  acks.request(one);
  clock.advance(2000);
  const told = new Set(sent.flatMap(({ ack }) => ack.done.map(([first]) => first)));
  expect(odd(1800).filter(([n]) => !told.has(n))).toEqual([]);
  expect(sent.some(({ ack }) => ack.done[0]?.[1] === 3)).toBe(true);
  expect(sent.length).toBeLessThanOrEqual(6);
  expect(clock.pendingTimers).toBe(0);
});

test('epochs and nodes do not wait for each other', () => {
  acks.request(stream('e1'));
  acks.request(stream('e2'));
  acks.request(stream('e1', 'east/b'));
  clock.advance(50);
  expect(sent.map(({ node, ack }) => `${node} ${ack.epoch}`)).toEqual(['east/a e1', 'east/a e2', 'east/b e1']);
});

test('after a birth it goes at once, for that node only', () => {
  acks.request(stream('e1', 'east/b'));
  acks.request(stream('e1'));
  acks.flush('east/a');
  expect(sent.map(({ node }) => node)).toEqual(['east/a']);
});

test('nothing is acknowledged that is not on disk', () => {
  isSaved = false;
  acks.request(stream('e1'));
  acks.flush('east/a');
  clock.advance(1000);
  expect(sent).toEqual([]);
  isSaved = true;
  clock.advance(50);
  expect(sent.length).toBe(1);
});

test('an epoch that is settled altogether is acknowledged as a whole', () => {
  acks.requestClosed('east/a', 'e0', 9);
  acks.requestClosed('east/a', 'empty', 0);
  clock.advance(50);
  expect(sent.map(({ ack }) => [ack.epoch, ack.done, ack.received])).toEqual([
    ['e0', [[1, 9]], 9],
    ['empty', [], 0],
  ]);
});
