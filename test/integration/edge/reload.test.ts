import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { integerOf } from '../../../edge/protocol/payload.ts';
import { freePort } from '../../parts/ports.ts';
import { type Launched, launch } from '../../support/launched.ts';
import { TestHost } from '../../support/sparkplug-host.ts';
import { startAedes, type TestBroker } from '../../support/test-brokers.ts';
import { until } from '../../support/until.ts';
import { EdgeCommand } from './edge-command.ts';

const ROOT = join(import.meta.dirname, '../../..');

let folder: string;
let broker: TestBroker;
let host: TestHost;
let fleet: Launched;
let edge: EdgeCommand;
let metricsUrl: string;
let gateways: number[];
let missedAtStart: string[];

interface Devices {
  readonly [bus: string]: readonly string[];
}

const UNITS: Readonly<Record<string, number>> = { 'M-1': 1, 'M-2': 2, 'M-3': 1, 'M-4': 2, 'M-5': 3, 'O-1': 4 };

function configure(devices: Devices, changes: object = {}): void {
  const buses = Object.entries(devices).map(([id, ids]) => ({
    id,
    transport: 'tcp',
    host: '127.0.0.1',
    port: gateways[id === 'kept' ? 0 : 1],
    devices: ids.map((device) => ({ id: device, model: modelOf(device), unit: UNITS[device], every: '1s' })),
  }));
  const config = {
    group: 'east',
    node: 'agent-1',
    primaryHost: 'gridwarden',
    broker: { urls: [broker.url] },
    outbox: { path: 'outbox.sqlite', maxBytes: '16MiB' },
    profiles: ['models'],
    metrics: { listen: metricsUrl.slice('http://'.length) },
    buses,
    ...changes,
  };
  writeFileSync(join(folder, 'edge.yaml'), JSON.stringify(config, undefined, 1));
}

const modelOf = (device: string) => (device.startsWith('O') ? 'own/meter' : 'eastron/sdm120');

/** A model of one's own: the SDM120 with a frequency or without. */
function writeModel(hasFrequency: boolean): void {
  const text = readFileSync(join(ROOT, 'edge/profiles/eastron/sdm120.yaml'), 'utf8');
  mkdirSync(join(folder, 'models/own'), { recursive: true });
  writeFileSync(join(folder, 'models/own/meter.yaml'), hasFrequency ? text : text.replace(/^ {2}frequency:.*\n/m, ''));
}

/** Samples of a metric by bus and reason, as Prometheus sees them. */
const MISSED = 'gridwarden_modbus_missed_deadlines_total{bus="kept"';

async function samples(name: string): Promise<string[]> {
  const text = await (await fetch(`${metricsUrl}/metrics`)).text();
  return text.split('\n').filter((line) => line.startsWith(name));
}

async function reload(says: string): Promise<void> {
  const before = edge.stdout.split(says).length;
  edge.signal('SIGHUP');
  await until(says, () => edge.stdout.split(says).length > before, 20_000);
}

const recordsOf = (device: string) => host.records.filter((record) => record.device === device);

async function more(device: string, count: number): Promise<void> {
  const before = recordsOf(device).length;
  await until(`${count} records of ${device}`, () => recordsOf(device).length >= before + count, 20_000);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gridwarden-reload-'));
  gateways = [await freePort(), await freePort()];
  metricsUrl = `http://127.0.0.1:${await freePort()}`;
  const units = (ids: readonly string[]) =>
    ids.map((id) => ({ id, model: modelOf(id), unit: UNITS[id], habit: 'household', meanKw: 1 }));
  writeModel(true);
  const [first, second] = gateways;
  const layout = [
    { listen: `127.0.0.1:${first}`, devices: units(['M-1', 'M-2']) },
    { listen: `127.0.0.1:${second}`, devices: units(['M-3', 'M-4', 'M-5', 'O-1']) },
  ];
  writeFileSync(join(folder, 'fleet.yaml'), JSON.stringify({ seed: 1, profiles: ['models'], gateways: layout }));
  fleet = launch('simulators/main.ts', ['--config', 'fleet.yaml'], folder);
  broker = await startAedes();
  host = await TestHost.connect(broker.url);
  await host.state(true);
  configure({ kept: ['M-1', 'M-2'], other: ['M-3', 'O-1'] });
  edge = new EdgeCommand(['--config', 'edge.yaml'], { cwd: folder });
  for (const device of ['M-1', 'M-2', 'M-3', 'O-1'])
    await until(`the birth of ${device}`, () => host.of('DBIRTH', device).length > 0, 30_000);
  // While a process starts its lines are not open yet.
  missedAtStart = await samples(MISSED);
}, 60_000);

afterAll(async () => {
  edge.signal('SIGTERM');
  fleet.signal('SIGTERM');
  await Promise.all([edge.ended, fleet.ended]);
  await host.stop();
  await broker.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('a device that was added is born and read, one that was removed dies, and what needs a restart is named', async () => {
  await more('M-1', 2);
  configure({ kept: ['M-1', 'M-2'], other: ['M-4', 'O-1'] }, { node: 'agent-2', logLevel: 'debug' });
  await reload('configuration taken over');
  await until('the birth of M-4', () => host.of('DBIRTH', 'M-4').length > 0);
  await more('M-4', 2);
  expect(host.of('DDEATH', 'M-3')).toHaveLength(1);
  expect(edge.stdout).toMatch(/"changedBuses":\["other"\],"addedDevices":\["M-4"\],"removedDevices":\["M-3"\]/);
  expect(edge.stdout).toContain('needs a restart to take effect: node');
  // A device that stayed on a changed bus goes on under its birth.
  expect([host.of('DBIRTH', 'O-1').length, host.of('DDEATH', 'O-1').length]).toEqual([1, 0]);
  expect(edge.stdout).toContain('"level":20');
});

test('a whole bus comes and goes', async () => {
  configure({ kept: ['M-1', 'M-2'] });
  await reload('configuration taken over');
  await until('the deaths', () => host.of('DDEATH', 'O-1').length > 0 && host.of('DDEATH', 'M-4').length > 0);
  configure({ first: ['M-5'], kept: ['M-1', 'M-2'] });
  await reload('configuration taken over');
  await more('M-5', 2);
  expect(edge.stdout).toMatch(/"addedBuses":\["first"\],"addedDevices":\["M-5"\]/);
});

test('a model of one’s own that was altered is read again: the device dies and is born with what it has now', async () => {
  configure({ kept: ['M-1', 'M-2'], other: ['O-1'] });
  await reload('configuration taken over');
  await until('the second birth', () => host.of('DBIRTH', 'O-1').length === 2);
  expect(host.newest('DBIRTH', 'O-1').has('frequency')).toBe(true);
  writeModel(false);
  await reload('configuration taken over');
  await until('the third birth', () => host.of('DBIRTH', 'O-1').length === 3);
  expect([host.newest('DBIRTH', 'O-1').has('frequency'), host.of('DDEATH', 'O-1').length]).toEqual([false, 2]);
});

test('a file with a mistake is refused with path and line, and changes nothing', async () => {
  const births = host.of('DBIRTH', 'M-1').length;
  configure({ kept: ['M-1', 'M-2'], other: ['M-3'] });
  const text = readFileSync(join(folder, 'edge.yaml'), 'utf8').replace('"port": ', '"prot": 1, "port": ');
  writeFileSync(join(folder, 'edge.yaml'), text);
  await reload('the configuration cannot be taken over');
  const line = text.slice(0, text.indexOf('"prot"')).split('\n').length;
  expect(edge.stdout).toContain(`${join(folder, 'edge.yaml')}:${line}: buses.0.prot`);
  await more('O-1', 2);
  expect([host.of('DBIRTH', 'M-1').length, host.of('DBIRTH', 'M-3').length]).toEqual([births, 1]);
});

test('the bus that stayed the same has missed no deadline, on one connection, and its devices were born once', async () => {
  await more('M-2', 2);
  expect(await samples('gridwarden_modbus_connects_total{bus="kept"}')).toEqual([
    'gridwarden_modbus_connects_total{bus="kept"} 1',
  ]);
  expect(await samples(MISSED)).toEqual(missedAtStart);
  for (const device of ['M-1', 'M-2']) {
    expect([host.of('DBIRTH', device).length, host.of('DDEATH', device).length]).toEqual([1, 0]);
  }
  expect(host.of('NBIRTH', undefined)).toHaveLength(1);
});

test('messages are numbered without a gap, and every alias in use has one name', () => {
  const numbers = host.messages.map(({ payload }) => integerOf(payload.seq));
  expect(numbers).toEqual(numbers.map((_, index) => index % 256));
  const aliases = host.messages
    .filter(({ type }) => type === 'NBIRTH' || type === 'DBIRTH')
    .flatMap(({ device, payload }) =>
      payload.metrics.flatMap(({ alias, name }) => (alias ? [[integerOf(alias), `${device} ${name}`] as const] : [])),
    );
  const names = new Map<number, Set<string>>();
  for (const [alias, name] of aliases) names.set(alias, (names.get(alias) ?? new Set()).add(name));
  expect([...names].filter(([, all]) => all.size > 1)).toEqual([]);
});
