import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DATA_TYPES } from '../../../edge/protocol/datatypes.ts';
import { encodePayload, type MetricFields } from '../../../edge/protocol/payload.ts';
import { qualityCode } from '../../../edge/protocol/quality.ts';
import { ORIGINS } from '../../../server/store/telemetry-store.ts';
import { IngestHarness } from '../../support/ingest-harness.ts';
import { deliveryBirth, meterBirth, record, TestNode } from '../../support/sparkplug-node.ts';
import { until } from '../../support/until.ts';

const CONFLICT = ORIGINS.indexOf('conflict');
const T0 = Date.now() - 60_000;

let harness: IngestHarness;
let node: TestNode;

beforeEach(async () => {
  harness = await IngestHarness.start({ limits: { maxPayloadBytes: 500_000 }, embedded: { maxPacketBytes: '20MiB' } });
  node = await TestNode.connect(harness.url);
});

afterEach(async () => {
  node.client.end(true);
  await harness.stop();
});

async function bornForeign(metrics: readonly MetricFields[]): Promise<void> {
  await node.birth();
  await node.send('DBIRTH', 'D-1', metrics);
  await until('born', () => harness.state.devices.get('agent-1/D-1')?.presence === 'online');
}

/** Whether the host still takes good data, which is what every test here must end with. */
async function stillWorks(): Promise<void> {
  const other = await TestNode.connect(harness.url, { node: 'good' });
  await other.birth(deliveryBirth('g'));
  await other.send('DBIRTH', 'G-1', meterBirth({ epoch: 'g', base: 100, metrics: ['voltage_a'] }));
  await other.send('DDATA', 'G-1', record(100, 1, T0, [230]));
  await until('good data are stored', () => harness.store.of('G-1', 'voltage_a').length === 1);
  await other.end();
}

function kept(): { topic: string; reason: string; bytes: number; payload: string }[] {
  const file = join(harness.quarantineFolder, 'payloads.jsonl');
  if (!existsSync(file)) return [];
  const text = readFileSync(file, 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

async function counted(kind: string, count = 1): Promise<void> {
  await until(`${count} of ${kind}`, () => harness.problems(kind) === count);
  const text = await harness.metrics.text();
  expect(text).toContain(`gridwarden_ingest_problems_total{kind="${kind}"} ${count}`);
}

describe('what is no message of Sparkplug', () => {
  test('on topics that are none is counted, shown and kept', async () => {
    for (const topic of [
      'spBv1.0/east/NOISE/agent-1',
      'spBv1.0/east',
      'spBv1.0/east/DDATA/agent-1',
      'spBv1.0/a/b/c/d/e/f/g',
    ]) {
      await node.raw(topic, Buffer.from('garbage'), 1);
    }
    await counted('topic', 4);
    const [latest] = harness.host.problems();
    expect(latest).toMatchObject({ kind: 'topic', topic: 'spBv1.0/a/b/c/d/e/f/g', reason: 'not a topic of Sparkplug' });
    await until('kept', () => kept().length === 4);
    expect(Buffer.from(kept()[0]?.payload ?? '', 'base64').toString()).toBe('garbage');
    await stillWorks();
  });

  test('garbage and cut-off payloads on each kind of topic', async () => {
    await node.birth();
    await node.send('DBIRTH', 'D-1', [{ name: 'x', alias: 1, datatype: DATA_TYPES.Double, doubleValue: 1 }]);
    const whole = encodePayload({ timestamp: T0, seq: 2, metrics: [{ alias: 1, timestamp: T0, doubleValue: 2 }] });
    const types = [
      'NBIRTH/agent-1',
      'NDATA/agent-1',
      'NDEATH/agent-1',
      'DBIRTH/agent-1/D-1',
      'DDATA/agent-1/D-1',
      'DDEATH/agent-1/D-1',
    ];
    for (const type of types) {
      await node.raw(`spBv1.0/east/${type}`, Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), 1);
      await node.raw(`spBv1.0/east/${type}`, whole.subarray(0, whole.length - 3), 1);
    }
    await counted('payload', 12);
    await stillWorks();
  });

  test('a payload of 10 MB is not read; its head is kept', async () => {
    await node.birth();
    await node.raw('spBv1.0/east/DDATA/agent-1/D-1', Buffer.alloc(10_000_000, 1), 1);
    await counted('payload_too_large');
    await until('kept', () => kept().length === 1);
    expect(kept()[0]).toMatchObject({ bytes: 10_000_000, topic: 'spBv1.0/east/DDATA/agent-1/D-1' });
    expect(Buffer.from(kept()[0]?.payload ?? '', 'base64').length).toBe(64 * 1024);
    await stillWorks();
  });

  test('a record that breaks off in the middle is not taken, those before it are', async () => {
    await node.birth(deliveryBirth('e1'));
    await node.send('DBIRTH', 'M-1', meterBirth({ epoch: 'e1', base: 100, metrics: ['voltage_a', 'voltage_b'] }));
    const begun = [...record(100, 1, T0, [1, 2]), ...record(100, 2, T0 + 1, [3])];
    // A whole metric by its length, whose alias does not end.
    const broken = Buffer.concat([encodePayload({ seq: 2, metrics: begun }), Buffer.from('120310ffff', 'hex')]);
    await node.raw('spBv1.0/east/DDATA/agent-1/M-1', broken, 1);
    await until('the first is stored', () => harness.store.rangesOf('east/agent-1', 'e1').length === 1);
    expect(harness.store.rangesOf('east/agent-1', 'e1')).toEqual([[1, 1]]);
    expect(harness.problems('payload')).toBe(1);
    await stillWorks();
  });
});

describe('messages that the broker had retained', () => {
  test('are not taken for new ones: an old birth brings nobody to life', async () => {
    await harness.host.stop();
    const payload = encodePayload({ timestamp: T0, seq: 0, metrics: [{ name: 'bdSeq', datatype: 4, longValue: 0 }] });
    await node.client.publishAsync('spBv1.0/east/NBIRTH/ghost', Buffer.from(payload), { qos: 1, retain: true });
    await harness.startHost();
    await counted('retained');
    expect(harness.state.agents.has('east/ghost')).toBe(false);
    await stillWorks();
  });
});

describe('data that do not fit what was born', () => {
  test('before the birth of node or device: kept, and a birth is asked for', async () => {
    await node.send('DDATA', 'D-1', [{ alias: 1, timestamp: T0, doubleValue: 1 }]);
    await counted('before_birth');
    await until('asked for', () => node.rebirthRequests.length === 1);
    await node.birth();
    await node.send('DDATA', 'D-1', [{ alias: 1, timestamp: T0, doubleValue: 1 }]);
    await until('counted again', () => harness.problems('before_birth') === 2);
    await until('asked again', () => node.rebirthRequests.length === 2);
    // At most one payload is kept for each request; on a slow machine the second message comes after the interval.
    await until('kept', () => kept().length >= 1 && kept().length <= 2);
    await stillWorks();
  });

  test('rebirths are asked for at a bounded rate, however much comes', async () => {
    for (let count = 0; count < 200; count++)
      await node.send('DDATA', 'D-1', [{ alias: 1, timestamp: T0, doubleValue: 1 }]);
    await until('all were seen', () => harness.problems('before_birth') === 200);
    expect(node.rebirthRequests.length).toBeLessThan(10);
    // One payload is kept for each request, not one for each message.
    expect(kept().length).toBeLessThan(10);
  });

  test('an unknown alias: counted, a birth is asked for, the known values of a foreign device are stored', async () => {
    await bornForeign([{ name: 'x', alias: 1, timestamp: T0, datatype: DATA_TYPES.Double, doubleValue: 1 }]);
    await node.send('DDATA', 'D-1', [
      { alias: 99, timestamp: T0 + 1, doubleValue: 5 },
      { alias: 1, timestamp: T0 + 1, doubleValue: 2 },
    ]);
    await until('the known value', () => harness.store.of('agent-1/D-1', 'x').some(({ value }) => value === 2));
    await counted('unknown_alias');
    await until('asked for', () => node.rebirthRequests.length === 1);
  });

  test('another data type than in the birth is stored as missing, with its reason', async () => {
    await node.birth(deliveryBirth('e1'));
    await node.send('DBIRTH', 'M-1', meterBirth({ epoch: 'e1', base: 100, metrics: ['voltage_a', 'voltage_b'] }));
    const changed = [
      { alias: 100, timestamp: T0, longValue: 1 },
      { alias: 110, timestamp: T0, stringValue: '230 V' },
      { alias: 111, timestamp: T0, floatValue: 231 },
    ];
    await node.send('DDATA', 'M-1', changed);
    await until('stored', () => harness.store.rangesOf('east/agent-1', 'e1').length === 1);
    expect(harness.store.of('M-1', 'voltage_a')).toMatchObject([
      { value: Number.NaN, quality: qualityCode('type_changed') },
    ]);
    expect(harness.store.of('M-1', 'voltage_b')).toMatchObject([{ value: 231, quality: 0 }]);
    await counted('type_changed');
  });

  test('a birth that gives a metric another type counts from then on, and is shown', async () => {
    await bornForeign([{ name: 'x', alias: 1, timestamp: T0, datatype: DATA_TYPES.Double, doubleValue: 1 }]);
    await node.send('DBIRTH', 'D-1', [
      { name: 'x', alias: 1, timestamp: T0 + 1, datatype: DATA_TYPES.Int32, intValue: 7 },
    ]);
    await until('the new value', () => harness.value('agent-1/D-1', 'x')?.value === 7);
    await counted('type_redefined');
  });

  test('NaN and infinity are missing values that say so', async () => {
    await node.birth(deliveryBirth('e1'));
    await node.send('DBIRTH', 'M-1', meterBirth({ epoch: 'e1', base: 100, metrics: ['voltage_a', 'voltage_b'] }));
    await node.send('DDATA', 'M-1', record(100, 1, T0, [Number.NaN, Number.NEGATIVE_INFINITY]));
    await until('stored', () => harness.store.rangesOf('east/agent-1', 'e1').length === 1);
    const outOfRange = qualityCode('out_of_range');
    expect(harness.store.of('M-1', 'voltage_a')).toMatchObject([{ value: Number.NaN, quality: outOfRange }]);
    expect(harness.store.of('M-1', 'voltage_b')).toMatchObject([{ value: Number.NaN, quality: outOfRange }]);
    await counted('not_finite', 2);
  });

  test('a missing value is never zero: null comes with its quality and reason', async () => {
    await node.birth(deliveryBirth('e1'));
    await node.send('DBIRTH', 'M-1', meterBirth({ epoch: 'e1', base: 100, metrics: ['voltage_a', 'voltage_b'] }));
    const properties = {
      keys: ['Quality', 'Reason'],
      values: [
        { type: DATA_TYPES.Int32, intValue: 0 },
        { type: DATA_TYPES.String, stringValue: 'silent' },
      ],
    };
    await node.send('DDATA', 'M-1', [
      { alias: 100, timestamp: T0, longValue: 1 },
      { alias: 110, timestamp: T0, isNull: true, properties },
      { alias: 111, timestamp: T0, isNull: true },
    ]);
    await until('stored', () => harness.store.rangesOf('east/agent-1', 'e1').length === 1);
    expect(harness.store.of('M-1', 'voltage_a')).toMatchObject([{ value: Number.NaN, quality: qualityCode('silent') }]);
    expect(harness.store.of('M-1', 'voltage_b')).toMatchObject([
      { value: Number.NaN, quality: qualityCode('not_available') },
    ]);
    expect(harness.value('M-1', 'voltage_a')).toMatchObject({
      value: Number.NaN,
      quality: qualityCode('silent'),
      stale: false,
    });
  });
});

describe('forms that are not kept', () => {
  test('data sets, templates, arrays and property sets are set aside with what they were; the rest of the birth counts', async () => {
    const inner = { name: 'inner', datatype: DATA_TYPES.Int32, intValue: 1 };
    await bornForeign([
      {
        name: 'table',
        alias: 1,
        datatype: DATA_TYPES.DataSet,
        datasetValue: { numOfColumns: 1, columns: ['a'], types: [3], rows: [{ elements: [{ intValue: 1 }] }] },
      },
      {
        name: 'part',
        alias: 2,
        datatype: DATA_TYPES.Template,
        templateValue: { templateRef: 'Pump', metrics: [inner], isDefinition: false },
      },
      { name: 'many', alias: 3, datatype: DATA_TYPES.Int32Array, bytesValue: Buffer.from([1, 0, 0, 0]) },
      { name: 'blob', alias: 4, datatype: DATA_TYPES.Bytes, bytesValue: Buffer.from([1]) },
      {
        name: 'x',
        alias: 5,
        timestamp: T0,
        datatype: DATA_TYPES.Double,
        doubleValue: 1,
        properties: {
          keys: ['deep'],
          values: [
            { type: DATA_TYPES.PropertySet, propertysetValue: { keys: ['k'], values: [{ type: 3, intValue: 1 }] } },
          ],
        },
      },
    ]);
    await counted('unsupported_type', 4);
    await node.send('DDATA', 'D-1', [
      { alias: 1, timestamp: T0 + 1, datasetValue: { numOfColumns: 0 } },
      { alias: 2, timestamp: T0 + 1, templateValue: { metrics: [inner] } },
      { alias: 3, timestamp: T0 + 1, bytesValue: Buffer.alloc(8) },
      { alias: 5, timestamp: T0 + 1, doubleValue: 2 },
    ]);
    await until('the number', () => harness.value('agent-1/D-1', 'x')?.value === 2);
    await until('it is stored', () => harness.store.of('agent-1/D-1', 'x').some(({ value }) => value === 2));
  });

  test('texts are shown and not stored', async () => {
    await bornForeign([{ name: 'state', alias: 1, timestamp: T0, datatype: DATA_TYPES.String, stringValue: 'idle' }]);
    await node.send('DDATA', 'D-1', [{ alias: 1, timestamp: T0 + 1, stringValue: 'running' }]);
    const slot = () => harness.state.slotOf('agent-1/D-1', 'state')?.index ?? -1;
    await until('the text', () => harness.state.texts.get(slot()) === 'running');
    expect(harness.value('agent-1/D-1', 'state')).toMatchObject({ quality: 0, stale: false, timeMs: T0 + 1 });
    expect(harness.store.of('agent-1/D-1', 'state')).toEqual([]);
  });

  test('metrics without a name or a type, and aliases that stand twice, are counted; the others work', async () => {
    await bornForeign([
      { alias: 1, timestamp: T0, datatype: DATA_TYPES.Double, doubleValue: 1 },
      { name: 'untyped', alias: 2, timestamp: T0, doubleValue: 1 },
      { name: 'x', alias: 3, timestamp: T0, datatype: DATA_TYPES.Double, doubleValue: 1 },
      { name: 'y', alias: 3, timestamp: T0, datatype: DATA_TYPES.Double, doubleValue: 1 },
    ]);
    await counted('birth_incomplete', 3);
    expect(harness.value('agent-1/D-1', 'x')?.value).toBe(1);
  });
});

describe('times', () => {
  test('of foreign values in the future: kept as conflicts, live values stay', async () => {
    await bornForeign([{ name: 'x', alias: 1, timestamp: T0, datatype: DATA_TYPES.Double, doubleValue: 1 }]);
    const ahead = Date.now() + 400_000;
    await node.send('DDATA', 'D-1', [{ alias: 1, timestamp: ahead, doubleValue: 2 }]);
    await until('stored', () => harness.store.of('agent-1/D-1', 'x').length === 2);
    expect(harness.store.of('agent-1/D-1', 'x')[1]).toMatchObject({ value: 2, origin: CONFLICT });
    expect(harness.value('agent-1/D-1', 'x')?.value).toBe(1);
    await counted('future_time');
  });

  test('two values of a foreign metric at one time are both kept', async () => {
    await bornForeign([{ name: 'x', alias: 1, timestamp: T0, datatype: DATA_TYPES.Double, doubleValue: 1 }]);
    await node.send('DDATA', 'D-1', [{ alias: 1, timestamp: T0, doubleValue: 2 }]);
    await until('stored', () => harness.store.of('agent-1/D-1', 'x').length === 2);
    expect(harness.store.of('agent-1/D-1', 'x').map(({ value, origin }) => [value, origin])).toEqual([
      [1, 0],
      [2, CONFLICT],
    ]);
    expect(harness.value('agent-1/D-1', 'x')?.value).toBe(1);
  });

  test('historical values of a foreign device never overwrite live ones', async () => {
    await bornForeign([{ name: 'x', alias: 1, timestamp: T0, datatype: DATA_TYPES.Double, doubleValue: 1 }]);
    await node.send('DDATA', 'D-1', [{ alias: 1, timestamp: T0 + 50, doubleValue: 9, isHistorical: true }]);
    await until('stored', () => harness.store.of('agent-1/D-1', 'x').length === 2);
    expect(harness.value('agent-1/D-1', 'x')).toMatchObject({ value: 1, timeMs: T0 });
  });
});

describe('who is who', () => {
  test('two nodes that claim one device: the second is set aside until the first is gone', async () => {
    await node.birth(deliveryBirth('e1'));
    await node.send('DBIRTH', 'M-1', meterBirth({ epoch: 'e1', base: 100, metrics: ['voltage_a'] }));
    await node.send('DDATA', 'M-1', record(100, 1, T0, [230]));
    const second = await TestNode.connect(harness.url, { node: 'agent-2' });
    const born = async () => {
      await second.birth(deliveryBirth('z1'));
      await second.send('DBIRTH', 'M-1', meterBirth({ epoch: 'z1', base: 500, metrics: ['voltage_a'] }));
    };
    await until('the first owns it', () => harness.value('M-1', 'voltage_a')?.value === 230);
    await born();
    await second.send('DDATA', 'M-1', record(500, 1, T0 + 5, [999]));
    await until('the claim is shown', () => harness.problems('claimed_twice') === 2);
    expect(harness.value('M-1', 'voltage_a')?.value).toBe(230);
    expect(harness.state.devices.get('M-1')?.agent).toBe('east/agent-1');
    expect(second.acks.every(({ done }) => done.length === 0)).toBe(true);
    await node.death();
    await until('the second is asked for its birth', () => second.rebirthRequests.length > 0);
    await born();
    await second.send('DDATA', 'M-1', record(500, 1, T0 + 5, [231], true));
    await second.send('DDATA', 'M-1', record(500, 2, T0 + 6, [232]));
    await until('it owns the device now', () => harness.value('M-1', 'voltage_a')?.value === 232);
    expect(harness.state.devices.get('M-1')).toMatchObject({ agent: 'east/agent-2', presence: 'online' });
    await second.end();
  });

  test('a serial number that changes is a finding', async () => {
    await node.birth(deliveryBirth('e1'));
    await node.send('DBIRTH', 'M-1', meterBirth({ epoch: 'e1', base: 100, metrics: ['voltage_a'], serial: 'A1' }));
    await node.birth(deliveryBirth('e1'));
    await node.send('DBIRTH', 'M-1', meterBirth({ epoch: 'e1', base: 100, metrics: ['voltage_a'], serial: 'B2' }));
    await counted('serial_changed');
    expect(harness.state.devices.get('M-1')).toMatchObject({ serial: 'B2', model: 'eastron/sdm630', kind: 'meter' });
  });

  test('tombstones, closes and record numbers that cannot be read are counted and change nothing', async () => {
    await node.birth(deliveryBirth('e1'));
    await node.send('DBIRTH', 'M-1', meterBirth({ epoch: 'e1', base: 100, metrics: ['voltage_a'] }));
    await node.send('NDATA', undefined, [
      { name: 'Delivery/Tombstones', stringValue: 'not json' },
      { name: 'Delivery/Close', stringValue: '{"epoch":1}' },
      { name: 'Delivery/Close', stringValue: JSON.stringify({ epoch: 'e1', lastN: 9 }) },
    ]);
    await node.send('DDATA', 'M-1', [
      { alias: 100, timestamp: T0, isNull: true },
      { alias: 110, timestamp: T0, floatValue: 1 },
      { alias: 102, timestamp: T0, stringValue: 'an epoch of nobody' },
      ...record(100, 1, T0, [2]),
    ]);
    await until('all counted', () => harness.problems('delivery') === 5);
    expect(harness.host.delivery('east/agent-1')).toMatchObject({ taken: 0, stored: 0, explained: 0 });
    expect(harness.store.points.size).toBe(0);
  });
});

describe('a host that is out of room', () => {
  test('takes no more records, says credit 0, shows live values, and takes the repeats later', async () => {
    await harness.stop();
    harness = await IngestHarness.start({ limits: { maxWaitingPoints: 10, maxBatchPoints: 4 } });
    node = await TestNode.connect(harness.url);
    harness.store.failure = new Error('down');
    await node.birth(deliveryBirth('e1'));
    await node.send('DBIRTH', 'M-1', meterBirth({ epoch: 'e1', base: 100, metrics: ['voltage_a', 'voltage_b'] }));
    for (let n = 1; n <= 8; n++) await node.send('DDATA', 'M-1', record(100, n, T0 + n, [n, n]));
    await until('the last is shown', () => harness.value('M-1', 'voltage_a')?.value === 8);
    await counted('overflow', 3);
    expect(harness.host.delivery('east/agent-1')).toMatchObject({ stored: 0, taken: 5 });
    await node.birth(deliveryBirth('e1'));
    await until('what waits is received', () => node.acks.at(-1)?.received === 5);
    expect(node.acks.at(-1)).toMatchObject({ done: [], credit: 0 });
    harness.store.failure = undefined;
    await until('what waited is stored', () => harness.store.rangesOf('east/agent-1', 'e1')[0]?.[1] === 5);
    await node.send('DBIRTH', 'M-1', meterBirth({ epoch: 'e1', base: 100, metrics: ['voltage_a', 'voltage_b'] }));
    for (let n = 6; n <= 8; n++) await node.send('DDATA', 'M-1', record(100, n, T0 + n, [n, n], true));
    await until('the repeats, too', () => harness.store.rangesOf('east/agent-1', 'e1')[0]?.[1] === 8);
    await until('there is credit again', () => (node.acks.at(-1)?.credit ?? 0) > 0);
    expect(harness.store.of('M-1', 'voltage_a').every(({ origin }) => origin === 0)).toBe(true);
  });
});
