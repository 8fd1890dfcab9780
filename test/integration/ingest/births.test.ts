import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DATA_TYPES } from '../../../edge/protocol/datatypes.ts';
import { ROLLOVER_PROPERTY } from '../../../edge/protocol/properties.ts';
import { IngestHarness } from '../../support/ingest-harness.ts';
import { deliveryBirth, meterBirth, record, TestNode } from '../../support/sparkplug-node.ts';
import { until } from '../../support/until.ts';

const METRICS = ['voltage_a', 'energy_import'] as const;
const T0 = Date.now() - 60_000;

let harness: IngestHarness;
let node: TestNode;

beforeEach(async () => {
  harness = await IngestHarness.start();
  node = await TestNode.connect(harness.url);
});

afterEach(async () => {
  node.client.end(true);
  await harness.stop();
});

function meter(base: number, values: readonly number[], timeMs: number, n: number) {
  return meterBirth({ epoch: 'e1', base, metrics: METRICS, values, timeMs, n });
}

async function born(base: number, values: readonly number[], timeMs: number, n: number): Promise<void> {
  await node.birth(deliveryBirth('e1'));
  await node.send('DBIRTH', 'M-1', meter(base, values, timeMs, n));
  await until('the birth', () => harness.value('M-1', 'voltage_a')?.timeMs === timeMs);
}

function stored(metric: string): (number | null)[] {
  return harness.store.of('M-1', metric).map(({ value }) => value);
}

describe('a device that is born again', () => {
  test('with the same metrics is bound as before, and shows the values of the new birth', async () => {
    await born(100, [230, 1000], T0, 1);
    await born(100, [231, 1001], T0 + 1000, 2);
    expect(harness.value('M-1', 'energy_import')).toMatchObject({ value: 1001, stale: false });
    await node.send('DDATA', 'M-1', record(100, 3, T0 + 2000, [232, 1002]));
    await until('the record', () => stored('energy_import').length === 1);
    expect([stored('voltage_a'), stored('energy_import')]).toEqual([[232], [1002]]);
  });

  test('with other aliases is read by these', async () => {
    await born(100, [230, 1000], T0, 1);
    await born(200, [231, 1001], T0 + 1000, 2);
    await node.send('DDATA', 'M-1', record(200, 3, T0 + 2000, [232, 1002]));
    await until('the record', () => stored('voltage_a').length === 1);
    expect([stored('voltage_a'), stored('energy_import')]).toEqual([[232], [1002]]);
  });

  test('with its metrics in another order is read by their names', async () => {
    await born(100, [230, 1000], T0, 1);
    const turned = [...METRICS].reverse();
    await node.send(
      'DBIRTH',
      'M-1',
      meterBirth({ epoch: 'e1', base: 100, metrics: turned, values: [1001, 231], timeMs: T0 + 1000, n: 2 }),
    );
    await node.send('DDATA', 'M-1', record(100, 3, T0 + 2000, [1002, 232]));
    await until('the record', () => stored('voltage_a').length === 1);
    expect([stored('voltage_a'), stored('energy_import')]).toEqual([[232], [1002]]);
  });

  test('with another rollover of a register has that one from then on', async () => {
    await born(100, [230, 1000], T0, 1);
    for (const rollover of [99_999.9, 999_999.9]) {
      const properties = { keys: [ROLLOVER_PROPERTY], values: [{ type: DATA_TYPES.Double, doubleValue: rollover }] };
      const metrics = meter(100, [230, 1000], T0 + rollover, 1);
      await node.send(
        'DBIRTH',
        'M-1',
        metrics.map((metric) => (metric.name === 'energy_import' ? { ...metric, properties } : metric)),
      );
      await until('the rollover', () => harness.state.slotOf('M-1', 'energy_import')?.rollover === rollover);
    }
  });

  test('with a metric that cannot be kept is told of each time', async () => {
    await node.birth(deliveryBirth('e1'));
    const odd = { name: 'Own/Table', alias: 150, datatype: DATA_TYPES.DataSet, isNull: true };
    for (const count of [1, 2]) {
      await node.send('DBIRTH', 'M-1', [...meter(100, [230, 1000], T0, 1), odd]);
      await until('the problem', () => harness.problems('unsupported_type') === count);
    }
  });
});

describe('a record that a birth showed already', () => {
  test('is stored, and is no news to who looks on', async () => {
    await born(100, [230, 1000], T0, 7);
    const changes: number[] = [];
    harness.state.attach({ mark: (slot) => changes.push(slot) });
    await node.send('DDATA', 'M-1', record(100, 6, T0 - 1000, [229, 999]));
    await node.send('DDATA', 'M-1', record(100, 7, T0, [230, 1000]));
    await until('both are stored', () => stored('voltage_a').length === 2);
    expect(changes).toEqual([]);
    await node.send('DDATA', 'M-1', record(100, 8, T0 + 1000, [231, 1001]));
    await until('the next one', () => changes.length === 2);
    expect(harness.value('M-1', 'voltage_a')).toMatchObject({ value: 231, timeMs: T0 + 1000 });
    expect(harness.problems('clock_back')).toBe(0);
  });
});
