import type { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Losses } from '../../../../edge/protocol/losses.ts';
import { DeliveryLedger } from '../../../../server/ingest/delivery-ledger.ts';
import { DeliveryState } from '../../../../server/ingest/delivery-state.ts';
import { openState } from '../../../../server/state/database.ts';
import { noteRestoration } from '../../../../server/state/restoration.ts';
import type { ReceivedRanges } from '../../../../server/store/telemetry-store.ts';

const NODE = 'east/a';
const ALL = { limit: 1000, after: undefined };
let database: DatabaseSync;

function ledger(...received: ReceivedRanges[]): DeliveryLedger {
  return new DeliveryLedger(new DeliveryState(database), received);
}

function has(epoch: string, ...ranges: [number, number][]): ReceivedRanges {
  return { stream: { node: NODE, epoch }, ranges };
}

function counts(made: DeliveryLedger) {
  const { taken, stored, waiting, explained } = made.report(NODE, 0, 0) ?? {};
  return { taken, stored, waiting, explained };
}

const tombstone = (from: number, to: number) =>
  ({
    epoch: 'e1',
    range: [from, to] as [number, number],
    reason: 'outbox_full',
    devices: ['M-1'],
    fromMs: 1,
    toMs: 2,
    records: to - from + 1,
  }) as const;

/** So many records of each device, with two values each. */
function lossesOf(records: Readonly<Record<string, number>>): Losses {
  const devices = Object.entries(records).filter(([, count]) => count > 0);
  return { groups: [{ metrics: ['voltage_a', 'current_a'], devices }], otherRecords: 0, otherValues: 0 };
}

beforeEach(() => {
  database = openState(':memory:');
});

describe('taken = stored + waiting + explained', () => {
  test('as of what the edge says it has taken', () => {
    const made = ledger(has('e1', [1, 5]));
    made.known(NODE, 'e1')?.received.knownUpTo(9);
    expect(counts(made)).toEqual({ taken: 9, stored: 5, waiting: 4, explained: 0 });
  });

  test('a tombstone explains what is missing, also after a restart', () => {
    const first = ledger(has('e1', [1, 2]));
    first.tombstone(NODE, { ...tombstone(1, 4), devices: ['M-1'] });
    first.save(0);
    expect(counts(first)).toEqual({ taken: 4, stored: 2, waiting: 0, explained: 2 });
    expect(counts(ledger(has('e1', [1, 2])))).toEqual({ taken: 4, stored: 2, waiting: 0, explained: 2 });
  });

  test('an explanation is told with its reason, devices and times, and counted once', () => {
    const counted: [string, string, number, number][] = [];
    const made = new DeliveryLedger(new DeliveryState(database), [], (...one) => counted.push(one));
    for (const to of [4, 4, 6]) made.tombstone(NODE, { ...tombstone(1, to), devices: ['M-1'] });
    made.save(7000);
    made.birth(NODE, 'e2', 1, []);
    made.known(NODE, 'e2')?.received.knownUpTo(2);
    made.birth(NODE, 'e3', 1, []);
    made.save(8000);
    const full = { epoch: 'e1', reason: 'outbox_full', devices: ['M-1'], fromMs: 1, toMs: 2, explainedMs: 7000 };
    const lost = { epoch: 'e2', reason: 'lost', devices: [], fromMs: 0, toMs: 0, explainedMs: 8000 };
    expect(ledger().explanations(NODE, ALL).items).toEqual([
      { ...lost, range: [1, 2] },
      { ...full, range: [1, 4] },
      { ...full, range: [5, 6] },
    ]);
    expect(ledger().explanations('east/b', ALL)).toEqual({ items: [], total: 0, hasMore: false, folded: [] });
    expect(counted).toEqual([
      [NODE, 'outbox_full', 4, 0],
      [NODE, 'outbox_full', 2, 0],
      [NODE, 'lost', 2, 0],
    ]);
  });

  test('a tombstone that grew tells anew only what it lost since, over repeats, a save and a restart', () => {
    const counted: number[] = [];
    const state = () => new DeliveryState(database);
    const grown = (to: number, other: number) => ({
      ...tombstone(1, to),
      devices: ['M-1'],
      losses: lossesOf({ 'M-1': to, 'M-2': other }),
    });
    const first = new DeliveryLedger(state(), [], (_node, _reason, _records, values) => counted.push(values));
    for (const [to, other] of [
      [4, 0],
      [4, 0],
      [6, 3],
    ] as const)
      first.tombstone(NODE, grown(to, other));
    first.save(7000);
    first.tombstone(NODE, grown(7, 3));
    first.save(8000);
    const second = new DeliveryLedger(state(), [], (_node, _reason, _records, values) => counted.push(values));
    for (const to of [7, 9]) second.tombstone(NODE, grown(to, 5));
    second.save(9000);
    // Two values a record.
    expect(counted).toEqual([8, 10, 2, 8]);
    const { items } = ledger().explanations(NODE, ALL);
    expect(items.map(({ range, losses }) => [range, losses])).toEqual([
      [[8, 9], lossesOf({ 'M-1': 2, 'M-2': 2 })],
      [[7, 7], lossesOf({ 'M-1': 1 })],
      [[1, 4], lossesOf({ 'M-1': 4 })],
      [[5, 6], lossesOf({ 'M-1': 2, 'M-2': 3 })],
    ]);
    const values = (device: string) =>
      ledger()
        .lostValues(device)
        .map((lost) => [lost.metric, lost.values]);
    expect(values('M-1')).toEqual([
      ['voltage_a', 9],
      ['current_a', 9],
    ]);
    expect(values('M-2')).toEqual([
      ['voltage_a', 5],
      ['current_a', 5],
    ]);
  });

  test('what a tombstone lost stands once, where the host had some of its records all the same', () => {
    const made = ledger(has('e1', [3, 3]));
    made.tombstone(NODE, { ...tombstone(1, 5), devices: ['M-1'], losses: lossesOf({ 'M-1': 5 }) });
    made.save(1);
    const { items } = made.explanations(NODE, { limit: 1, after: undefined });
    expect(items).toMatchObject([{ range: [1, 2], losses: lossesOf({ 'M-1': 5 }) }]);
    const after = { explainedMs: 1, epoch: 'e1', firstN: 1 };
    expect(made.explanations(NODE, { limit: 1, after })).toMatchObject({
      items: [{ range: [4, 5], losses: undefined }],
      total: 2,
      hasMore: false,
    });
  });

  test('overlapping tombstones and repeats count once', () => {
    const made = ledger();
    for (const [from, to] of [
      [3, 6],
      [1, 4],
      [3, 6],
    ] as const)
      made.tombstone(NODE, { ...tombstone(from, to), devices: [] });
    made.save(0);
    expect(counts(made)).toEqual({ taken: 6, stored: 0, waiting: 0, explained: 6 });
    expect(counts(ledger())).toEqual({ taken: 6, stored: 0, waiting: 0, explained: 6 });
  });

  test('an epoch that the edge no longer names has ended: what was never seen is lost', () => {
    const made = ledger(has('e1', [1, 3], [5, 6]));
    made.birth(NODE, 'e2', 1, []);
    expect(counts(made)).toEqual({ taken: 6, stored: 5, waiting: 0, explained: 1 });
    made.save(7);
    expect(database.prepare('SELECT epoch, from_n, to_n, reason, received_ms FROM tombstone').all()).toEqual([
      { epoch: 'e1', from_n: 4, to_n: 4, reason: 'lost', received_ms: 7 },
    ]);
  });

  test('what waits for the store while its outbox is gone is not lost: the store gets it', () => {
    const made = ledger();
    const received = made.stream(NODE, 'e1')?.received;
    const batch = received?.openBatch();
    for (const n of [1, 2, 4]) if (batch) received?.take(n, batch);
    made.birth(NODE, 'e2', 1, []);
    expect(counts(made)).toEqual({ taken: 4, stored: 0, waiting: 3, explained: 1 });
    if (batch) received?.committed(batch);
    expect(counts(made)).toEqual({ taken: 4, stored: 3, waiting: 0, explained: 1 });
  });

  test('an epoch that the edge names still waits, up to its last n', () => {
    const made = ledger(has('e1', [1, 3]));
    const open = made.birth(NODE, 'e2', 1, [{ epoch: 'e1', lastN: 8 }]);
    expect(open.map(({ id }) => id.epoch)).toEqual(['e1', 'e2']);
    expect(counts(made)).toEqual({ taken: 8, stored: 3, waiting: 5, explained: 0 });
  });

  test('a birth that names no epochs at all ends none', () => {
    const made = ledger(has('e1', [1, 3], [5, 5]));
    made.birth(NODE, 'e2', 1, undefined);
    expect(counts(made)).toMatchObject({ waiting: 1, explained: 0 });
  });

  test('what an earlier host has settled is explained by the birth of the edge', () => {
    const made = ledger();
    made.birth(NODE, 'e1', 101, []);
    expect(counts(made)).toEqual({ taken: 100, stored: 0, waiting: 0, explained: 100 });
  });
});

describe('closed epochs', () => {
  function closed(): DeliveryLedger {
    const made = ledger(has('e1', [1, 5]));
    made.close(NODE, 'e1', 5);
    made.save(0);
    return made;
  }

  test('of which all is settled are forgotten, and their counts stay over restarts', () => {
    const made = closed();
    for (const stream of made.forgettable()) made.forget(stream, 0);
    expect(made.takeLeftInStore()).toEqual([{ node: NODE, epoch: 'e1' }]);
    expect(made.known(NODE, 'e1')).toBeUndefined();
    expect(made.closedLastN(NODE, 'e1')).toBe(5);
    expect(made.stream(NODE, 'e1')).toBeUndefined();
    expect(counts(made)).toEqual({ taken: 5, stored: 5, waiting: 0, explained: 0 });
    expect(counts(ledger())).toEqual({ taken: 5, stored: 5, waiting: 0, explained: 0 });
  });

  test('killed between the two writes: the store is told again, the counts stand', () => {
    const made = closed();
    for (const stream of made.forgettable()) made.forget(stream, 0);
    const after = ledger(has('e1', [1, 5]));
    expect(after.takeLeftInStore()).toEqual([{ node: NODE, epoch: 'e1' }]);
    expect(counts(after)).toEqual({ taken: 5, stored: 5, waiting: 0, explained: 0 });
  });

  test('are kept while something waits for the store', () => {
    const made = ledger(has('e1', [1, 3]));
    const stream = made.stream(NODE, 'e1');
    const batch = stream?.received.openBatch();
    if (batch) stream?.received.take(4, batch);
    made.close(NODE, 'e1', 4);
    made.save(0);
    expect(made.forgettable()).toEqual([]);
    if (batch) stream?.received.committed(batch);
    expect(made.forgettable().length).toBe(1);
  });

  test('are kept when this host alone says that something of them is lost', () => {
    const lossy = ledger(has('e3', [1, 1]));
    lossy.close(NODE, 'e3', 2);
    lossy.save(0);
    expect(lossy.forgettable()).toEqual([]);
    // The outbox file turns up again: what it holds is new, and is stored in place of the loss.
    const again = ledger(has('e3', [1, 1])).stream(NODE, 'e3');
    expect(again?.received.check(2)).toBe('new');
  });

  test('come back when the node is born with them after all, and are acknowledged again', () => {
    const made = closed();
    for (const stream of made.forgettable()) made.forget(stream, 0);
    const [stream] = made.birth(NODE, 'e1', 6, []);
    expect(stream?.received.done(9).ranges).toEqual([[1, 5]]);
    expect(stream?.received.check(6)).toBe('new');
    made.save(0);
    expect(counts(ledger())).toEqual({ taken: 5, stored: 0, waiting: 0, explained: 5 });
    const lossy = ledger(has('e9', [1, 1]));
    lossy.close(NODE, 'e9', 2);
    expect(lossy.birth(NODE, 'e9', 1, []).map(({ id, closed: isClosed }) => [id.epoch, isClosed])).toEqual([
      ['e9', false],
    ]);
  });

  test('of a start that read nothing leave no trace', () => {
    const made = ledger();
    made.stream(NODE, 'e1');
    made.birth(NODE, 'e2', 1, []);
    made.save(0);
    for (const stream of made.forgettable()) made.forget(stream, 0);
    made.save(0);
    const rows = database.prepare('SELECT epoch FROM delivery_stream WHERE forgotten = 1').all();
    expect(rows).toEqual([]);
  });
});

test('a write that fails is tried again, and nothing of it is lost', () => {
  const made = ledger();
  made.tombstone(NODE, { ...tombstone(1, 2), devices: [] });
  made.rejected(NODE, 3);
  database.exec('ALTER TABLE tombstone RENAME TO away');
  expect(() => made.save(0)).toThrow();
  database.exec('ALTER TABLE away RENAME TO tombstone');
  expect(made.hasUnsaved).toBe(true);
  made.save(0);
  expect(made.hasUnsaved).toBe(false);
  expect(ledger().report(NODE, 0, 0)).toMatchObject({ explained: 2, rejectedValues: 3 });
});

test('what the edge has pruned and this host never had: of another host, or lost with the state before a restore', () => {
  const explanations = () => database.prepare('SELECT reason, from_n, to_n, from_ms, to_ms FROM tombstone').all();
  const before = ledger(has('e1', [1, 5]));
  before.birth(NODE, 'e1', 8, []);
  before.save(0);
  expect(explanations()).toEqual([{ reason: 'settled_elsewhere', from_n: 6, to_n: 7, from_ms: 0, to_ms: 0 }]);
  database.exec('DELETE FROM tombstone');
  noteRestoration(database, { backup: 'b', takenMs: 100, restoredMs: 900 });
  const restored = ledger(has('e1', [1, 5]));
  restored.birth(NODE, 'e1', 8, []);
  restored.save(0);
  expect(explanations()).toEqual([{ reason: 'lost_by_restore', from_n: 6, to_n: 7, from_ms: 100, to_ms: 900 }]);
  expect(counts(restored)).toEqual({ taken: 7, stored: 5, waiting: 0, explained: 2 });
});

test('clock fences come back after a restart', () => {
  const made = ledger();
  const stream = made.stream(NODE, 'e1');
  if (!stream) throw new Error('no stream');
  made.clockOf(stream, 'M-1', 'fast').judge(5, 1000, Number.NEGATIVE_INFINITY);
  const { fence } = made.clockOf(stream, 'M-1', 'fast').judge(6, 900, Number.NEGATIVE_INFINITY);
  if (fence) made.fence(stream, 'M-1', 'fast', fence);
  made.save(0);
  const again = ledger();
  const stream2 = again.stream(NODE, 'e1');
  if (!stream2) throw new Error('no stream');
  expect(again.clockOf(stream2, 'M-1', 'fast').judge(6, 900, Number.NEGATIVE_INFINITY).conflict).toBe(true);
  expect(again.clockOf(stream2, 'M-1', 'registers').judge(6, 900, Number.NEGATIVE_INFINITY).conflict).toBe(false);
});
