import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DATA_TYPES } from '../../../edge/protocol/datatypes.ts';
import { has, integerOf } from '../../../edge/protocol/payload.ts';
import { IngestHarness } from '../../support/ingest-harness.ts';
import { deliveryBirth, meterBirth, type ReceivedCommand, record, TestNode } from '../../support/sparkplug-node.ts';
import { until } from '../../support/until.ts';

/**
 * Sparkplug 3.0.0, host application: commands (sections 4.2.1.4, 4.2.2.4, 5.17, 6.4.23, 6.4.24). All commands that the
 * host sends in one recording are looked at: rebirths, writes of each data type, acknowledgements.
 */
const timestamp = Date.now();
const NODE = [
  { name: 'Label', alias: 2, timestamp, datatype: DATA_TYPES.String, stringValue: 'x' },
  { name: 'Bare', timestamp, datatype: DATA_TYPES.Boolean, booleanValue: false },
];
const DEVICE = [
  { name: 'Setpoint', alias: 10, timestamp, datatype: DATA_TYPES.Float, floatValue: 1 },
  { name: 'Exact', alias: 11, timestamp, datatype: DATA_TYPES.Double, doubleValue: 1 },
  { name: 'Small', alias: 12, timestamp, datatype: DATA_TYPES.Int8, intValue: 0 },
  { name: 'Signed', alias: 13, timestamp, datatype: DATA_TYPES.Int32, intValue: 0 },
  { name: 'Large', alias: 14, timestamp, datatype: DATA_TYPES.Int64, longValue: 0 },
  { name: 'Count', alias: 15, timestamp, datatype: DATA_TYPES.UInt64, longValue: 0 },
  { name: 'Switch', timestamp, datatype: DATA_TYPES.Boolean, booleanValue: false },
];

let harness: IngestHarness;
let node: TestNode;
let ours: TestNode;
let commands: ReceivedCommand[];
let startMs: number;

beforeAll(async () => {
  startMs = Date.now();
  harness = await IngestHarness.start();
  node = await TestNode.connect(harness.url, { node: 'foreign' });
  ours = await TestNode.connect(harness.url, { node: 'agent-1' });
  await node.birth(NODE);
  await node.send('DBIRTH', 'D-1', DEVICE);
  await ours.birth(deliveryBirth('e1'));
  await ours.send('DBIRTH', 'M-1', meterBirth({ epoch: 'e1', base: 100, metrics: ['voltage_a'] }));
  await until('born', () => harness.state.devices.get('foreign/D-1')?.presence === 'online');
  const { host } = harness;
  await host.requestRebirth('east/foreign');
  await host.requestRebirth('east/foreign', 'foreign/D-1');
  await host.writeMetric('east/foreign', undefined, 'Label', 'new');
  await host.writeMetric('east/foreign', undefined, 'Bare', true);
  await host.writeMetric('east/foreign', 'foreign/D-1', 'Setpoint', 1.5);
  await host.writeMetric('east/foreign', 'foreign/D-1', 'Exact', 0.1);
  await host.writeMetric('east/foreign', 'foreign/D-1', 'Small', -1);
  await host.writeMetric('east/foreign', 'foreign/D-1', 'Signed', -2);
  await host.writeMetric('east/foreign', 'foreign/D-1', 'Large', -3);
  await host.writeMetric('east/foreign', 'foreign/D-1', 'Count', 2 ** 40);
  await host.writeMetric('east/foreign', 'foreign/D-1', 'Switch', true);
  await host.writeMetric('east/foreign', 'foreign/D-1', 'Setpoint', null);
  await ours.send('DDATA', 'M-1', record(100, 1, Date.now(), [230]));
  await until('acknowledged', () => ours.acks.some(({ done }) => done.length === 1));
  await until('all commands', () => node.commands.length >= 12);
  commands = [...node.commands, ...ours.commands];
});

afterAll(async () => {
  node.client.end(true);
  ours.client.end(true);
  await harness.stop();
});

function each(type: 'NCMD' | 'DCMD', check: (command: ReceivedCommand) => void): void {
  const some = commands.filter(({ topic }) => topic.split('/')[2] === type);
  expect(some.length).toBeGreaterThan(3);
  for (const command of some) check(command);
}

const isPlain = ({ qos, retain }: ReceivedCommand) => {
  expect(qos).toBe(0);
  expect(retain).toBe(false);
};
const hasTime = ({ payload }: ReceivedCommand) => {
  expect(has(payload, 'timestamp')).toBe(true);
  expect(integerOf(payload.timestamp)).toBeGreaterThanOrEqual(startMs);
  expect(integerOf(payload.timestamp)).toBeLessThanOrEqual(Date.now());
};
const hasNoSeq = ({ payload }: ReceivedCommand) => expect(has(payload, 'seq')).toBe(false);
const hasMetrics = ({ payload }: ReceivedCommand) => expect(payload.metrics.length).toBeGreaterThan(0);

const NAMES = new Set(['Node Control/Rebirth', 'Node Control/Delivery Ack', ...NODE.map(({ name }) => name)]);
const NODE_ALIASES = new Set([2]);

function rebirths(): ReceivedCommand[] {
  const found = commands.filter(({ payload }) => payload.metrics.some(({ name }) => name === 'Node Control/Rebirth'));
  expect(found.length).toBe(2);
  return found;
}

function written(alias: number | string) {
  const all = commands.flatMap(({ payload }) => payload.metrics);
  return all.find((metric) =>
    typeof alias === 'string' ? metric.name === alias : has(metric, 'alias') && integerOf(metric.alias) === alias,
  );
}

describe('commands of the host application', () => {
  test('tck-id-topics-ncmd-mqtt', () => each('NCMD', isPlain));
  test('tck-id-topics-ncmd-timestamp', () => each('NCMD', hasTime));
  test('tck-id-topics-ncmd-payload', () => each('NCMD', hasMetrics));
  test('tck-id-topics-dcmd-mqtt', () => each('DCMD', isPlain));
  test('tck-id-topics-dcmd-timestamp', () => each('DCMD', hasTime));
  test('tck-id-topics-dcmd-payload', () => each('DCMD', hasMetrics));
  test('tck-id-payloads-ncmd-timestamp', () => each('NCMD', hasTime));
  test('tck-id-payloads-ncmd-seq', () => each('NCMD', hasNoSeq));
  test('tck-id-payloads-ncmd-qos', () => each('NCMD', ({ qos }) => expect(qos).toBe(0)));
  test('tck-id-payloads-ncmd-retain', () => each('NCMD', ({ retain }) => expect(retain).toBe(false)));
  test('tck-id-payloads-dcmd-timestamp', () => each('DCMD', hasTime));
  test('tck-id-payloads-dcmd-seq', () => each('DCMD', hasNoSeq));
  test('tck-id-payloads-dcmd-qos', () => each('DCMD', ({ qos }) => expect(qos).toBe(0)));
  test('tck-id-payloads-dcmd-retain', () => each('DCMD', ({ retain }) => expect(retain).toBe(false)));
  test('tck-id-payloads-timestamp-in-UTC', () => [...commands].forEach(hasTime));
  test('tck-id-topic-structure', () => {
    for (const { topic } of commands) expect(topic).toMatch(/^spBv1\.0\/east\/(NCMD\/[^/]+|DCMD\/[^/]+\/[^/]+)$/);
  });
  test('tck-id-topic-structure-namespace-device-id-associated-message-types', () =>
    each('DCMD', ({ topic }) => expect(topic).toBe('spBv1.0/east/DCMD/foreign/D-1')));
  test('tck-id-topic-structure-namespace-device-id-non-associated-message-types', () =>
    each('NCMD', ({ topic }) => expect(topic.split('/').length).toBe(4)));

  test('tck-id-operational-behavior-data-commands-ncmd-rebirth-verb', () => {
    for (const { topic } of rebirths()) expect(topic).toBe('spBv1.0/east/NCMD/foreign');
  });
  test('tck-id-operational-behavior-data-commands-ncmd-rebirth-name', () => {
    for (const { payload } of rebirths())
      expect(payload.metrics.map(({ name }) => name)).toEqual(['Node Control/Rebirth']);
  });
  test('tck-id-operational-behavior-data-commands-ncmd-rebirth-value', () => {
    for (const { payload } of rebirths()) expect(payload.metrics.map((metric) => metric.booleanValue)).toEqual([true]);
  });
  test('tck-id-operational-behavior-data-commands-ncmd-verb', () => {
    const topic = commands.find(({ payload }) =>
      payload.metrics.some(({ stringValue }) => stringValue === 'new'),
    )?.topic;
    expect(topic).toBe('spBv1.0/east/NCMD/foreign');
  });
  test('tck-id-operational-behavior-data-commands-ncmd-metric-name', () =>
    each('NCMD', ({ payload }) => {
      for (const metric of payload.metrics) {
        const isBorn = has(metric, 'alias') ? NODE_ALIASES.has(integerOf(metric.alias)) : NAMES.has(metric.name ?? '');
        expect(isBorn).toBe(true);
      }
    }));
  test('tck-id-operational-behavior-data-commands-ncmd-metric-value', () => {
    expect(written(2)).toMatchObject({ stringValue: 'new' });
    expect(written('Bare')).toMatchObject({ booleanValue: true });
  });
  test('tck-id-operational-behavior-data-commands-dcmd-verb', () =>
    each('DCMD', ({ topic }) => expect(topic).toBe('spBv1.0/east/DCMD/foreign/D-1')));
  test('tck-id-operational-behavior-data-commands-dcmd-metric-name', () =>
    each('DCMD', ({ payload }) => {
      for (const metric of payload.metrics) {
        const alias = has(metric, 'alias') ? integerOf(metric.alias) : undefined;
        expect(DEVICE.some((born) => ('alias' in born ? born.alias === alias : born.name === metric.name))).toBe(true);
      }
    }));
  test('tck-id-operational-behavior-data-commands-dcmd-metric-value', () => {
    expect(written(10)).toMatchObject({ floatValue: 1.5, datatype: DATA_TYPES.Float });
    expect(written(11)).toMatchObject({ doubleValue: 0.1 });
    // Section 6.4.16: signed integers as two's complement in the unsigned field of their width.
    expect(written(12)).toMatchObject({ intValue: 0xffffffff });
    expect(written(13)).toMatchObject({ intValue: 0xfffffffe });
    expect(written(14)?.longValue?.toString()).toBe('18446744073709551613');
    expect(written(15)?.longValue?.toString()).toBe(String(2 ** 40));
    expect(written('Switch')).toMatchObject({ booleanValue: true });
    const nulls = commands.flatMap(({ payload }) => payload.metrics).filter(({ isNull }) => isNull);
    expect(nulls.map((metric) => integerOf(metric.alias))).toEqual([10]);
  });
  test('tck-id-payloads-alias-data-cmd-requirement', () => {
    for (const { payload } of commands) {
      for (const metric of payload.metrics) expect(has(metric, 'alias') && has(metric, 'name')).toBe(false);
    }
    expect(written(2)?.name ?? '').toBe('');
  });
  test('tck-id-payloads-name-requirement', () => {
    for (const { payload } of commands)
      for (const metric of payload.metrics) expect(has(metric, 'alias') || has(metric, 'name')).toBe(true);
  });

  test('a value that does not fit the data type of the birth is refused', async () => {
    const write = (metric: string, value: number | string | boolean) =>
      harness.host.writeMetric('east/foreign', 'foreign/D-1', metric, value);
    await expect(write('Small', 128)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    await expect(write('Signed', 1.5)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    await expect(write('Count', -1)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    await expect(write('Setpoint', 'high')).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    await expect(write('Setpoint', 1e39)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    await expect(write('Switch', 1)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    expect(node.commands.length).toBe(12);
  });

  test('what was not born is not found, with the nearest name', async () => {
    const { host } = harness;
    await expect(host.writeMetric('east/foreign', 'foreign/D-1', 'Setpiont', 1)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('"Setpoint"'),
    });
    await expect(host.requestRebirth('east/nobody')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(host.requestRebirth('east/foreign', 'foreign/D-9')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
