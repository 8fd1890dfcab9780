import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DATA_TYPES } from '../../../edge/protocol/datatypes.ts';
import { DELIVERY } from '../../../edge/protocol/delivery.ts';
import { integerOf, type MetricFields } from '../../../edge/protocol/payload.ts';
import type { DeviceDescription, RecordLayout } from '../../../edge/reading.ts';
import { EdgeRig, meter } from '../../support/edge-rig.ts';
import { TestHost } from '../../support/sparkplug-host.ts';
import { startAedes, type TestBroker } from '../../support/test-brokers.ts';
import { until } from '../../support/until.ts';

/** What a device kept in its load profile, on the wire: ordinary Sparkplug, historical, and never in a birth. */
const PROFILE: RecordLayout = {
  device: 'M-1',
  pollClass: 'registers',
  metrics: [DELIVERY.origin, 'energy_import', 'energy_export'],
};
const plain = meter('M-1');
const DEVICE: DeviceDescription = { ...plain, layouts: [PROFILE, ...plain.layouts] };

let broker: TestBroker;
let host: TestHost;
let rig: EdgeRig;
let folder: string;

beforeEach(async () => {
  broker = await startAedes();
  host = await TestHost.connect(broker.url);
  await host.state(true);
  folder = mkdtempSync(join(tmpdir(), 'gridwarden-origin-'));
  const file = join(folder, 'outbox.sqlite');
  rig = await EdgeRig.start({ urls: [broker.url], file, epoch: 'e1', primaryHost: 'gridwarden', devices: [DEVICE] });
  rig.up('M-1');
  await rig.flush();
  await until('the birth of M-1', () => host.of('DBIRTH', 'M-1').length > 0);
  // A host that never acknowledges gets no history.
  await host.acknowledge({ epoch: 'e1' });
});

afterEach(async () => {
  await rig.stop();
  await host.stop();
  await broker.stop();
  rmSync(folder, { recursive: true, force: true });
});

function fromProfile(timeMs: number, kwh: number): void {
  const values = Float64Array.from([1, kwh, 0]);
  rig.take({ layout: PROFILE, timeMs, clockGeneration: 1, values, quality: new Uint8Array(3) });
}

const aliases = () =>
  new Map(host.of('DBIRTH', 'M-1')[0]?.payload.metrics.map(({ name, alias }) => [integerOf(alias ?? 0), name]));

it('the birth declares the origin, without a value', () => {
  expect(host.newest('DBIRTH', 'M-1').get(DELIVERY.origin)).toMatchObject({
    datatype: DATA_TYPES.UInt32,
    isNull: true,
  });
});

it('a record of it is historical, names its origin right after its number, and is acknowledged like any other', async () => {
  const timeMs = rig.clock.nowMs();
  rig.read('M-1', [1000], timeMs - 1000);
  fromProfile(timeMs - 7_200_000, 900);
  await rig.flush();
  await until('both have come', () => host.records.length === 2);
  const message = host.of('DDATA', 'M-1').find(({ payload }) => payload.metrics[0]?.isHistorical);
  const names = message?.payload.metrics.map(({ alias }) => aliases().get(integerOf(alias ?? 0)));
  expect(names).toEqual([DELIVERY.n, DELIVERY.origin, 'energy_import', 'energy_export']);
  const metrics: readonly MetricFields[] = message?.payload.metrics ?? [];
  expect(metrics.every(({ isHistorical }) => isHistorical === true)).toBe(true);
  expect(metrics.map(({ timestamp }) => integerOf(timestamp ?? 0))).toEqual(Array(4).fill(timeMs - 7_200_000));
  expect(metrics[1]).toMatchObject({ intValue: 1 });
  expect(host.of('DDATA', 'M-1')).toHaveLength(2);
  await host.acknowledgeAll('e1');
  await until('nothing waits', () => rig.waiting === 0);
});

it('a birth after it tells what was read, not what was kept', async () => {
  const timeMs = rig.clock.nowMs();
  rig.read('M-1', [1000], timeMs - 1000);
  fromProfile(timeMs - 7_200_000, 900);
  await rig.flush();
  await until('both have come', () => host.records.length === 2);
  await host.rebirth();
  await until('the second birth', () => host.of('DBIRTH', 'M-1').length === 2);
  const birth = host.newest('DBIRTH', 'M-1');
  expect(birth.get('energy_import')).toMatchObject({ doubleValue: 1000 });
  expect(birth.get('energy_export')?.isNull).toBe(true);
  expect(birth.get(DELIVERY.origin)?.isNull).toBe(true);
});
