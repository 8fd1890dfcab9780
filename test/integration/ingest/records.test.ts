import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DATA_TYPES } from '../../../edge/protocol/datatypes.ts';
import { DELIVERY } from '../../../edge/protocol/delivery.ts';
import { ORIGINS } from '../../../server/store/telemetry-store.ts';
import { IngestHarness } from '../../support/ingest-harness.ts';
import { deliveryBirth, meterBirth, record, TestNode } from '../../support/sparkplug-node.ts';
import { until } from '../../support/until.ts';

const METRICS = ['voltage_a', 'energy_import'] as const;
const T0 = Date.now() - 60_000;

let harness: IngestHarness;
let node: TestNode;

async function born(epoch = 'e1', first = 1): Promise<void> {
  await node.birth(deliveryBirth(epoch, first));
  await node.send('DBIRTH', 'M-1', meterBirth({ epoch, base: 100, metrics: METRICS }));
}

beforeEach(async () => {
  harness = await IngestHarness.start();
  node = await TestNode.connect(harness.url);
});

afterEach(async () => {
  node.client.end(true);
  await harness.stop();
});

describe('records of an agent of ours', () => {
  test('are stored with epoch and n, shown, and acknowledged after the commit', async () => {
    await born();
    await node.send('DDATA', 'M-1', record(100, 1, T0, [230.5, 1000]));
    await node.send('DDATA', 'M-1', record(100, 2, T0 + 1000, [231.5, 1001]));
    await until('both are stored', () => harness.store.rangesOf('east/agent-1', 'e1')[0]?.[1] === 2);
    expect(
      harness.store
        .of('M-1', 'voltage_a')
        .map(({ timeUs, value, n, epoch, origin }) => [timeUs, value, n, epoch, origin]),
    ).toEqual([
      [T0 * 1000, 230.5, 1, 'e1', 0],
      [(T0 + 1000) * 1000, 231.5, 2, 'e1', 0],
    ]);
    expect(harness.value('M-1', 'energy_import')).toMatchObject({
      value: 1001,
      quality: 0,
      stale: false,
      timeMs: T0 + 1000,
    });
    await until('acknowledged', () => node.acks.some((ack) => ack.done[0]?.[1] === 2));
    expect(node.acks.at(-1)).toMatchObject({ host: 'gridwarden', epoch: 'e1', done: [[1, 2]], received: 2 });
    expect(node.acks.at(-1)?.credit).toBeGreaterThan(0);
    expect(harness.host.delivery('east/agent-1')).toMatchObject({ taken: 2, stored: 2, waiting: 0, explained: 0 });
  });

  test('are of an agent and a device that are in the state file before they are acknowledged', async () => {
    await born();
    await node.send('DDATA', 'M-1', record(100, 1, T0, [230, 1]));
    await until('acknowledged', () => node.acks.some((ack) => ack.done.length === 1));
    const known = (sql: string) => harness.database.prepare(sql).all();
    expect(known('SELECT agent, epoch FROM agent')).toEqual([{ agent: 'east/agent-1', epoch: 'e1' }]);
    expect(known('SELECT device, agent FROM device')).toEqual([{ device: 'M-1', agent: 'east/agent-1' }]);
  });

  test('are not acknowledged while the store is down, and are stored once when it is back', async () => {
    await born();
    harness.store.failure = new Error('down');
    await node.send('DDATA', 'M-1', record(100, 1, T0, [230, 1]));
    await until('live value', () => harness.value('M-1', 'voltage_a')?.value === 230);
    await until('the failure is noted', () => harness.host.delivery('east/agent-1')?.waiting === 1);
    await node.send('DDATA', 'M-1', record(100, 1, T0, [230, 1], true));
    await until(
      'the repeat was seen',
      () => harness.metrics.registry.getSingleMetric('gridwarden_ingest_duplicates_total') !== undefined,
    );
    const series = new Set([harness.state.slotOf('M-1', 'voltage_a')?.series ?? -1]);
    expect(harness.host.pending(series, T0, T0 + 1)).toEqual([expect.objectContaining({ timeMs: T0, value: 230 })]);
    expect(harness.host.storedUntilMs()).toBeLessThan(T0);
    expect(node.acks.every((ack) => ack.done.length === 0)).toBe(true);
    harness.store.failure = undefined;
    await until('stored', () => harness.store.rangesOf('east/agent-1', 'e1').length === 1);
    await until('acknowledged', () => node.acks.some((ack) => ack.done.length === 1));
    expect(harness.store.handedOver).toBe(2);
  });

  test('that come again are acknowledged again and not stored again', async () => {
    await born();
    await node.send('DDATA', 'M-1', record(100, 1, T0, [230, 1]));
    await until('acknowledged', () => node.acks.some((ack) => ack.done.length === 1));
    const before = node.acks.length;
    await node.send('DDATA', 'M-1', record(100, 1, T0, [230, 1], true));
    await until('acknowledged again', () => node.acks.length > before);
    expect(harness.store.handedOver).toBe(2);
  });

  test("of a device's load profile lie beside what was read, go back in time, and move nothing", async () => {
    const base = 100;
    const birth = meterBirth({ epoch: 'e1', base, metrics: ['energy_import'] });
    await node.birth(deliveryBirth('e1', 1));
    await node.send('DBIRTH', 'M-1', [
      ...birth,
      { name: DELIVERY.origin, datatype: DATA_TYPES.UInt32, alias: 199, isNull: true },
    ]);
    const fromProfile = (n: number, timeMs: number, value: number, code = 1) => {
      const [number, ...values] = record(base, n, timeMs, [value], true);
      const origin = { alias: 199, timestamp: timeMs, intValue: code, isHistorical: true };
      return [...(number ? [number] : []), origin, ...values];
    };
    await node.send('DDATA', 'M-1', record(base, 1, T0, [1000]));
    await node.send('DDATA', 'M-1', [...fromProfile(2, T0 - 1000, 990), ...fromProfile(3, T0, 999)]);
    await node.send('DDATA', 'M-1', fromProfile(4, T0 - 2000, 980, 7));
    await node.send('DDATA', 'M-1', record(base, 5, T0 + 1000, [1001]));
    await until('stored', () => harness.store.rangesOf('east/agent-1', 'e1')[1]?.[1] === 5);
    const stored = harness.store.of('M-1', 'energy_import');
    expect(stored.map(({ n, timeUs, value, origin }) => [n, timeUs / 1000 - T0, value, ORIGINS[origin]])).toEqual(
      expect.arrayContaining([
        [1, 0, 1000, 'live'],
        [2, -1000, 990, 'device_profile'],
        [3, 0, 999, 'device_profile'],
        [5, 1000, 1001, 'live'],
      ]),
    );
    expect(stored).toHaveLength(4);
    // Of an origin that this host does not know, nothing is taken, and nothing acknowledged.
    expect(harness.store.rangesOf('east/agent-1', 'e1')).toEqual([
      [1, 3],
      [5, 5],
    ]);
    expect(harness.value('M-1', 'energy_import')).toMatchObject({ value: 1001, timeMs: T0 + 1000 });
    expect(harness.host.problems().map(({ kind }) => kind)).toEqual(['delivery']);
  });

  test('of a backlog are stored, announced, and do not move live values', async () => {
    const notices: unknown[] = [];
    harness.host.onBackfill((notice) => notices.push(notice));
    await born();
    await node.send('DDATA', 'M-1', record(100, 4, T0, [240, 9]));
    const backlog = [1, 2, 3].flatMap((n) => record(100, n, T0 - 10_000 + n, [200 + n, n], true));
    await node.send('DDATA', 'M-1', backlog);
    await until('all stored', () => harness.store.of('M-1', 'voltage_a').length === 4);
    expect(harness.value('M-1', 'voltage_a')?.value).toBe(240);
    await until('announced', () => notices.length === 1);
    expect(notices).toEqual([{ device: 'M-1', fromMs: T0 - 9999, toMs: T0 - 9997 }]);
    expect(harness.store.rangesOf('east/agent-1', 'e1')).toEqual([[1, 4]]);
  });

  test('with a hole: received stays below it, and the hole is asked for by nobody but the time-out', async () => {
    await born();
    await node.send('DDATA', 'M-1', record(100, 1, T0, [1, 1]));
    await node.send('DDATA', 'M-1', record(100, 3, T0 + 2, [3, 3]));
    await until('acknowledged', () => node.acks.some((ack) => ack.done.length === 2));
    expect(node.acks.at(-1)).toMatchObject({
      done: [
        [1, 1],
        [3, 3],
      ],
      received: 1,
    });
    expect(harness.host.delivery('east/agent-1')).toMatchObject({ taken: 3, stored: 2, waiting: 1 });
  });

  test('of an earlier epoch are stored under it, and its close explains what was never seen', async () => {
    await node.birth(deliveryBirth('e2', 1, [{ epoch: 'e1', lastN: 5 }]));
    await node.send('DBIRTH', 'M-1', meterBirth({ epoch: 'e2', base: 100, metrics: METRICS }));
    const epoch = { alias: 102, timestamp: T0, stringValue: 'e1', isHistorical: true };
    await node.send('DDATA', 'M-1', [
      epoch,
      ...record(100, 4, T0, [1, 1], true),
      ...record(100, 5, T0 + 1, [1, 1], true),
    ]);
    await until('stored', () => harness.store.rangesOf('east/agent-1', 'e1').length === 1);
    expect(harness.host.delivery('east/agent-1')).toMatchObject({ taken: 5, stored: 2, waiting: 3 });
    await node.send('NDATA', undefined, [
      { name: 'Delivery/Close', stringValue: JSON.stringify({ epoch: 'e1', lastN: 5 }) },
    ]);
    await until('closed', () => harness.host.delivery('east/agent-1')?.explained === 3);
    await until('acknowledged as a whole', () =>
      node.acks.some((ack) => ack.epoch === 'e1' && ack.done[0]?.[0] === 1 && ack.done[0][1] === 5),
    );
    expect(harness.host.delivery('east/agent-1')).toMatchObject({ taken: 5, stored: 2, waiting: 0, explained: 3 });
    const row = harness.database.prepare('SELECT * FROM tombstone').all();
    expect(row).toEqual([expect.objectContaining({ epoch: 'e1', from_n: 1, to_n: 3, reason: 'lost' })]);
  });

  test('that the edge gave up are explained by its tombstones', async () => {
    await born();
    await node.send('DDATA', 'M-1', record(100, 3, T0, [1, 1]));
    const tombstone = {
      epoch: 'e1',
      range: [1, 3],
      reason: 'outbox_full',
      devices: ['M-1'],
      fromMs: T0 - 9,
      toMs: T0,
      records: 3,
    };
    await node.send('NDATA', undefined, [{ name: 'Delivery/Tombstones', stringValue: JSON.stringify([tombstone]) }]);
    await until('acknowledged', () => node.acks.some((ack) => ack.done[0]?.[0] === 1 && ack.done[0]?.[1] === 3));
    expect(harness.host.delivery('east/agent-1')).toMatchObject({ taken: 3, stored: 1, waiting: 0, explained: 2 });
    // An agent need not count what it loses.
    const { items } = harness.host.explanations('east/agent-1', { limit: 9, after: undefined });
    expect(items).toMatchObject([{ range: [1, 2], reason: 'outbox_full', losses: undefined }]);
  });

  test('that the edge gave up are told with their values: in the explanation, of the device, and as a count', async () => {
    await born();
    const base = { epoch: 'e1', reason: 'outbox_full', devices: ['M-1'], fromMs: T0 - 9, toMs: T0 };
    const grown = (to: number) => {
      const groups = [{ metrics: ['voltage_a', 'energy_import'], devices: [['M-1', to]] }];
      return { ...base, range: [1, to], records: to, losses: { groups, otherRecords: 0, otherValues: 0 } };
    };
    for (const to of [2, 5]) {
      const stringValue = JSON.stringify([grown(to)]);
      await node.send('NDATA', undefined, [{ name: 'Delivery/Tombstones', stringValue }]);
      await until('acknowledged', () => node.acks.some((ack) => ack.done[0]?.[1] === to));
    }
    const { items } = harness.host.explanations('east/agent-1', { limit: 9, after: undefined });
    const lost = items.map(({ range, losses }) => [range, losses?.groups[0]?.devices]);
    expect(lost).toEqual(
      expect.arrayContaining([
        [[1, 2], [['M-1', 2]]],
        [[3, 5], [['M-1', 3]]],
      ]),
    );
    const common = { agent: 'east/agent-1', reason: 'outbox_full', values: 5, fromMs: T0 - 9, toMs: T0 };
    expect(harness.host.lostValues('M-1')).toEqual([
      { ...common, metric: 'voltage_a' },
      { ...common, metric: 'energy_import' },
    ]);
    expect(await harness.metrics.text()).toContain(
      'ingest_lost_values_total{agent="east/agent-1",reason="outbox_full"} 10',
    );
  });

  test('behind the newest of their run are conflicts: both values are kept, the live one stays', async () => {
    await born();
    await node.send('DDATA', 'M-1', record(100, 1, T0, [230, 1]));
    await node.send('DDATA', 'M-1', record(100, 2, T0, [999, 2]));
    await until('both stored', () => harness.store.rangesOf('east/agent-1', 'e1')[0]?.[1] === 2);
    expect(harness.store.of('M-1', 'voltage_a')).toMatchObject([
      { value: 230, origin: 0, timeUs: T0 * 1000 },
      { value: 999, origin: ORIGINS.indexOf('conflict'), timeUs: T0 * 1000 + 3 },
    ]);
    expect(harness.value('M-1', 'voltage_a')?.value).toBe(230);
    expect(harness.problems('clock_back')).toBe(1);
    expect(harness.database.prepare('SELECT after_n, until_ms FROM clock_conflict').all()).toMatchObject([
      { after_n: 1, until_ms: T0 },
    ]);
  });

  test('from the future are conflicts and do not move live values', async () => {
    await born();
    await node.send('DDATA', 'M-1', record(100, 1, Date.now() + 6 * 60_000, [230, 1]));
    await until('stored', () => harness.store.of('M-1', 'voltage_a').length === 1);
    expect(harness.store.of('M-1', 'voltage_a')[0]?.origin).toBe(ORIGINS.indexOf('conflict'));
    expect(harness.value('M-1', 'voltage_a')?.stale).toBe(true);
    expect(harness.problems('future_time')).toBe(1);
  });

  test('whose values the store refuses are settled, and the refused values are counted for the agent', async () => {
    harness.store.reject = (point) => (point.metric === 'energy_import' ? 'no room' : undefined);
    await born();
    await node.send('DDATA', 'M-1', record(100, 1, T0, [230, 1]));
    await until('acknowledged', () => node.acks.some((ack) => ack.done.length === 1));
    expect(harness.host.delivery('east/agent-1')).toMatchObject({ stored: 1, waiting: 0, rejectedValues: 1 });
    expect(harness.host.problems().filter(({ kind }) => kind === 'rejected_value')).toEqual([
      expect.objectContaining({
        topic: 'east/agent-1/M-1',
        reason: `energy_import at ${new Date(T0).toISOString()}: no room`,
        count: 1,
        rejected: {
          ...{ agent: 'east/agent-1', device: 'M-1', metric: 'energy_import', timeMs: T0, value: 1 },
          reason: 'no room',
        },
      }),
    ]);
  });

  test('with a metric that was not born are not taken; a birth is asked for', async () => {
    await born();
    await node.send('DDATA', 'M-1', [...record(100, 1, T0, [230, 1]), { alias: 777, timestamp: T0, floatValue: 1 }]);
    await until('a birth is asked for', () => node.rebirthRequests.length === 1);
    await node.send('DDATA', 'M-1', record(100, 2, T0 + 1, [230, 1]));
    await until('the next is stored', () => harness.store.rangesOf('east/agent-1', 'e1').length === 1);
    expect(harness.store.rangesOf('east/agent-1', 'e1')).toEqual([[2, 2]]);
    expect(harness.problems('unknown_alias')).toBe(1);
  });

  test('of a device that drains are stored while it stays offline', async () => {
    await node.birth(deliveryBirth('e1'));
    await node.send('DBIRTH', 'M-1', meterBirth({ epoch: 'e1', base: 100, metrics: METRICS, draining: true }));
    await node.send('DDATA', 'M-1', record(100, 1, T0, [230, 1], true));
    await until('stored', () => harness.store.of('M-1', 'voltage_a').length === 1);
    expect(harness.state.devices.get('M-1')?.presence).toBe('offline');
    expect(harness.value('M-1', 'voltage_a')?.stale).toBe(true);
  });
});

describe('a restart of the host', () => {
  test('brings back ranges: what was stored is acknowledged, not stored again', async () => {
    await born();
    await node.send('DDATA', 'M-1', record(100, 1, T0, [230, 1]));
    await until('stored', () => harness.store.rangesOf('east/agent-1', 'e1').length === 1);
    await harness.host.stop();
    await harness.startHost();
    const before = node.acks.length;
    await born();
    await until('acknowledged after the birth', () => node.acks.length > before);
    expect(node.acks.at(-1)).toMatchObject({ epoch: 'e1', done: [[1, 1]], received: 1 });
    await node.send('DDATA', 'M-1', record(100, 1, T0, [230, 1], true));
    await node.send('DDATA', 'M-1', record(100, 2, T0 + 1, [231, 2]));
    await until('the new one is stored', () => harness.store.rangesOf('east/agent-1', 'e1')[0]?.[1] === 2);
    expect(harness.store.handedOver).toBe(4);
  });

  test('asks a node that goes on without a birth for one', async () => {
    await born();
    await harness.host.stop();
    await harness.startHost();
    await node.send('DDATA', 'M-1', record(100, 1, T0, [230, 1]));
    await until('a birth is asked for', () => node.rebirthRequests.length > 0);
    expect(harness.problems('before_birth')).toBe(1);
  });
});
