import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DATA_TYPES } from '../../../edge/protocol/datatypes.ts';
import type { MetricFields } from '../../../edge/protocol/payload.ts';
import { IngestHarness } from '../../support/ingest-harness.ts';
import { TestNode } from '../../support/sparkplug-node.ts';
import { until } from '../../support/until.ts';

/**
 * Sparkplug 3.0.0, host application: what it does with deaths (sections 5.5, 5.7), a lost broker (5.3) and messages out
 * of order (5.9). The node is a foreign one: nothing here depends on metrics of ours.
 */
const NODE_METRICS: MetricFields[] = [
  { name: 'Uptime', alias: 1, timestamp: Date.now(), datatype: DATA_TYPES.UInt32, intValue: 7 },
];

const REORDER_TIMEOUT_MS = 400;

let harness: IngestHarness;
let node: TestNode;

function deviceMetrics(base: number): MetricFields[] {
  const timestamp = Date.now();
  return [
    { name: 'Temperature', alias: base, timestamp, datatype: DATA_TYPES.Double, doubleValue: 20 },
    { name: 'Mode', alias: base + 1, timestamp, datatype: DATA_TYPES.String, stringValue: 'auto' },
  ];
}

function temperature(value: number, base = 10): MetricFields {
  return { alias: base, timestamp: Date.now(), doubleValue: value };
}

async function born(): Promise<void> {
  await node.birth(NODE_METRICS);
  await node.send('DBIRTH', 'D-1', deviceMetrics(10));
  await node.send('DBIRTH', 'D-2', deviceMetrics(20));
  await until('both devices are online', () => harness.state.devices.get('agent-1/D-2')?.presence === 'online');
}

const agent = () => harness.state.agents.get('east/agent-1');
const device = (name: string) => harness.state.devices.get(`agent-1/${name}`);
const value = (name: string, metric = 'Temperature') => harness.value(`agent-1/${name}`, metric);

async function offline(): Promise<void> {
  await until('the node is offline', () => agent()?.presence === 'offline');
}

beforeEach(async () => {
  harness = await IngestHarness.start({ reorderTimeout: `${REORDER_TIMEOUT_MS}ms` });
  node = await TestNode.connect(harness.url, { bdSeq: 4 });
});

afterEach(async () => {
  node.client.end(true);
  await harness.stop();
});

describe('an NDEATH', () => {
  test('tck-id-operational-behavior-edge-node-termination-host-action-ndeath-node-offline', async () => {
    await born();
    const beforeMs = Date.now();
    node.breakOff();
    await offline();
    expect(agent()?.sinceMs).toBeGreaterThanOrEqual(beforeMs);
    expect(agent()?.sinceMs).toBeLessThanOrEqual(Date.now());
  });

  test('tck-id-operational-behavior-edge-node-termination-host-action-ndeath-node-tags-stale', async () => {
    await born();
    expect(agent()?.metrics.get('Uptime')).toMatchObject({ value: 7, stale: false });
    node.breakOff();
    await offline();
    expect([...(agent()?.metrics.values() ?? [])].every(({ stale }) => stale)).toBe(true);
    expect(agent()?.metrics.get('Uptime')).toMatchObject({ value: 7, stale: true });
  });

  test('tck-id-operational-behavior-edge-node-termination-host-action-ndeath-devices-offline', async () => {
    await born();
    const beforeMs = Date.now();
    node.breakOff();
    await offline();
    for (const name of ['D-1', 'D-2']) {
      expect(device(name)?.presence).toBe('offline');
      expect(device(name)?.sinceMs).toBeGreaterThanOrEqual(beforeMs);
    }
  });

  test('tck-id-operational-behavior-edge-node-termination-host-action-ndeath-devices-tags-stale', async () => {
    await born();
    expect(value('D-1')).toMatchObject({ value: 20, stale: false });
    node.breakOff();
    await offline();
    for (const name of ['D-1', 'D-2']) {
      for (const metric of ['Temperature', 'Mode']) expect(value(name, metric)?.stale).toBe(true);
    }
    expect(value('D-1')?.value).toBe(20);
  });

  test('of a session that is over (another bdSeq) changes nothing', async () => {
    await born();
    node.bdSeq = 3;
    await node.death();
    node.bdSeq = 4;
    await node.send('DDATA', 'D-1', [temperature(21)]);
    await until('the data after it', () => value('D-1')?.value === 21);
    expect(agent()?.presence).toBe('online');
    expect(value('D-1')?.stale).toBe(false);
    expect(harness.problems('stale_death')).toBe(1);
  });

  test('that the node sends itself before it leaves counts at once', async () => {
    await born();
    await node.death();
    await offline();
    expect(value('D-2')?.stale).toBe(true);
  });

  test('is over with the next birth: values are fresh again', async () => {
    await born();
    await node.death();
    await offline();
    await born();
    expect(agent()?.presence).toBe('online');
    expect(value('D-1')?.stale).toBe(false);
  });
});

describe('a DDEATH', () => {
  const DEATH_MS = Date.now() - 1234;

  test('tck-id-operational-behavior-edge-node-termination-host-action-ddeath-devices-offline', async () => {
    await born();
    await node.send('DDEATH', 'D-1', [], { timestamp: DEATH_MS });
    await until('offline', () => device('D-1')?.presence === 'offline');
    expect(device('D-1')?.sinceMs).toBe(DEATH_MS);
    expect(device('D-2')?.presence).toBe('online');
  });

  test('tck-id-operational-behavior-edge-node-termination-host-action-ddeath-devices-tags-stale', async () => {
    await born();
    await node.send('DDEATH', 'D-1', [], { timestamp: DEATH_MS });
    await until('offline', () => device('D-1')?.presence === 'offline');
    for (const metric of ['Temperature', 'Mode']) {
      expect(value('D-1', metric)?.stale).toBe(true);
      expect(value('D-2', metric)?.stale).toBe(false);
    }
  });

  test('makes data that follow without a birth be asked about, not shown', async () => {
    await born();
    await node.send('DDEATH', 'D-1', []);
    await node.send('DDATA', 'D-1', [temperature(99)]);
    await until('a birth is asked for', () => node.rebirthRequests.length === 1);
    expect(value('D-1')).toMatchObject({ value: 20, stale: true });
  });
});

describe('a lost connection to the broker', () => {
  test('message-flow-phid-sparkplug (section 5.3): all that was heard there is stale until it is born again', async () => {
    await born();
    await harness.embedded?.stop();
    await until('the node is stale', () => agent()?.presence === 'stale');
    expect(device('D-1')?.presence).toBe('stale');
    expect(value('D-1')?.stale).toBe(true);
    expect(agent()?.metrics.get('Uptime')?.stale).toBe(true);
    expect(harness.host.broker().ok).toBe(false);
  });
});

describe('messages out of order', () => {
  test('tck-id-operational-behavior-host-reordering-param', async () => {
    await born();
    const patient = await IngestHarness.start({ reorderTimeout: '30s' });
    const other = await TestNode.connect(patient.url);
    await other.birth();
    await other.send('DBIRTH', 'D-1', deviceMetrics(10), { seq: 5 });
    await node.send('DDATA', 'D-1', [temperature(21)], { seq: 7 });
    await until('the impatient host asks', () => node.rebirthRequests.length === 1);
    expect(other.rebirthRequests).toEqual([]);
    await other.end();
    await patient.stop();
  });

  test('tck-id-operational-behavior-host-reordering-start', async () => {
    await born();
    await node.send('DDATA', 'D-1', [temperature(22)], { seq: 4 });
    await node.send('NDATA', undefined, [{ alias: 1, timestamp: Date.now(), intValue: 8 }], { seq: 5 });
    // Both wait: nothing is handled before what is missing, or the time-out.
    await until('a request comes after the time-out', () => node.rebirthRequests.length === 1);
    expect(value('D-1')?.value).toBe(22);
    expect(agent()?.metrics.get('Uptime')?.value).toBe(8);
    expect(harness.problems('gap')).toBe(1);
  });

  test('tck-id-operational-behavior-host-reordering-rebirth', async () => {
    await born();
    await node.send('DDATA', 'D-1', [temperature(22)], { seq: 9 });
    await until('a rebirth is requested', () => node.rebirthRequests.length === 1);
    const [request] = node.rebirthRequests;
    expect(request?.topic).toBe('spBv1.0/east/NCMD/agent-1');
    expect(request?.payload.metrics).toMatchObject([{ name: 'Node Control/Rebirth', booleanValue: true }]);
  });

  test('tck-id-operational-behavior-host-reordering-success', async () => {
    await born();
    const startMs = Date.now();
    const at = (offsetMs: number, celsius: number) => [{ ...temperature(celsius), timestamp: startMs + offsetMs }];
    await node.send('DDATA', 'D-1', at(2, 22), { seq: 4 });
    await node.send('DDATA', 'D-1', at(1, 21), { seq: 3 });
    await until('both were handled', () => value('D-1')?.value === 22);
    await node.send('DDATA', 'D-1', at(3, 23), { seq: 5 });
    await until('operation goes on', () => value('D-1')?.value === 23);
    // Longer than the time-out: had the timer not been ended, a request would have come.
    await new Promise((resolve) => setTimeout(resolve, 2 * REORDER_TIMEOUT_MS));
    expect(node.rebirthRequests).toEqual([]);
    expect(harness.problems('gap')).toBe(0);
  });

  test('a message that the broker delivers twice is recognised', async () => {
    await born();
    const stored = () => harness.store.of('agent-1/D-1', 'Temperature').map((point) => point.value);
    const once = [temperature(21)];
    await node.send('DDATA', 'D-1', once, { seq: 3 });
    await node.send('DDATA', 'D-1', once, { seq: 3 });
    await node.send('DDATA', 'D-1', [{ ...temperature(22), timestamp: Date.now() + 5 }], { seq: 4 });
    await until('the last is stored', () => stored().includes(22));
    expect(stored()).toEqual([20, 21, 22]);
    expect(harness.problems('sequence_duplicate')).toBe(1);
  });
});
