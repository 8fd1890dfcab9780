import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import modbusSerial from 'modbus-serial';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { decodeInto, decoderOf } from '../../../edge/modbus/decode.ts';
import { ManualGridClock } from '../../../edge/platform/clock.ts';
import { silentLogger } from '../../../edge/platform/log.ts';
import { loadModels, modelNamed } from '../../../edge/profiles/load.ts';
import { GOOD } from '../../../edge/protocol/quality.ts';
import { areaHistory, devicesOf, HISTORY_METRICS } from '../../../simulators/history/area-history.ts';
import { runScenario } from '../../../simulators/live/run-scenario.ts';
import { blueprintOf, firstCustomers } from '../../../simulators/scenario/blueprint.ts';
import { SENSOR_INPUTS, SENSOR_MODEL } from '../../../simulators/scenario/device-models.ts';
import { planFaults } from '../../../simulators/scenario/plan-faults.ts';
import { loadScenario, placeOf, type Scenario } from '../../../simulators/scenario/scenario.ts';

const models = loadModels();
const folder = mkdtempSync(join(tmpdir(), 'gridwarden-live-'));
const open: (() => unknown)[] = [];
let scenario: Scenario;

beforeAll(() => {
  const file = join(folder, 'small.yaml');
  writeFileSync(
    file,
    `seed: 5
step: 15m
areas: 2
holidays: ${join(import.meta.dirname, '../../../simulators/holidays/china.yaml')}
customers: { from: 10, to: 12 }
meters: { clockDriftS: 60 }
mix: { household: 60, office: 15, factory: 15, rooftopPv: 10 }
faults:
  - { kind: meterSlow, size: 10, after: 6h }
  - { kind: bypass, after: 8h }
  - { kind: ctReversed, after: 5h }
  - { kind: stuck, after: 9h, for: 6h }
  - { kind: silent, after: 10h, for: 4h }
  - { kind: garbage, after: 10h, for: 4h }
  - { kind: transientZero, after: 12h }
  - { kind: registerJump, after: 7h }
  - { kind: rollover, size: 1, after: 0h }
  - { kind: overload, size: 80, after: 9h }
  - { kind: magnet, after: 3h }
  - { kind: areaOutage, after: 17h, for: 1h }
`,
  );
  scenario = loadScenario(file);
  return () => rmSync(folder, { recursive: true, force: true });
});

afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

const momentOf = (step: number) => scenario.originMs + (step + 1) * scenario.stepMs;

async function start(gridClock: ManualGridClock, files: { stateFile?: string; labels?: string } = {}) {
  const listen = { host: '127.0.0.1', port: 0 };
  const run = await runScenario({
    scenario,
    models,
    gridClock,
    logger: silentLogger(),
    listen,
    control: listen,
    ...files,
  });
  open.push(() => run.stop());
  // After garbage a connection is of no further use.
  const clients = new Map<number, InstanceType<typeof modbusSerial.default>>();
  const clientOf = async (port: number) => {
    const client = clients.get(port) ?? new modbusSerial.default();
    if (clients.get(port) === client) return client;
    client.setTimeout(250);
    await client.connectTCP('127.0.0.1', { port });
    clients.set(port, client);
    open.push(() => client.close(() => undefined));
    return client;
  };
  /** The value of a metric as an independent client's bytes give it, decoded as an edge does; undefined without an answer. */
  const read = async (id: string, metric: string): Promise<number | undefined> => {
    const device = run.fleet.devices.get(id);
    if (!device) throw new RangeError(id);
    const input = Object.entries(SENSOR_INPUTS).find(
      ([, name]) => device.model === SENSOR_MODEL && name === metric,
    )?.[0];
    const register = modelNamed(models, device.model).registers.find((one) => one.metric === (input ?? metric));
    if (!register) return undefined;
    const client = await clientOf(device.port);
    client.setID(device.unit);
    const ask = register.functionCode === 3 ? client.readHoldingRegisters : client.readInputRegisters;
    const answer = await ask.call(client, register.address, register.count).catch(() => undefined);
    if (!answer) {
      clients.delete(device.port);
      return undefined;
    }
    const [values, quality] = [new Float64Array(1), new Uint8Array(1)];
    decodeInto(decoderOf(register), answer.buffer, 0, values, quality, 0);
    expect(quality[0]).toBe(GOOD);
    return values[0];
  };
  const told = (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${run.controlPort}${path}`, init);
  const tell = (body: object) =>
    told('/faults', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  return { run, read, told, tell };
}

/** What a history has at the ends of some steps: device, metric and time to value. */
function historyAt(steps: readonly number[]): Map<string, number> {
  const wanted = new Set(steps.map(momentOf));
  const values = new Map<string, number>();
  const span = { fromStep: 0, toStep: Math.max(...steps) + 1, everySteps: 1, values: 'all', fastFromStep: 0 } as const;
  const firsts = firstCustomers(scenario);
  for (let index = 0; index < scenario.file.areas; index++) {
    const blueprint = blueprintOf(scenario, index, firsts[index] ?? 1);
    const ids = devicesOf(blueprint).map(({ id }) => id);
    const push = (device: number, metric: number, timeMs: number, value: number) => {
      if (wanted.has(timeMs)) values.set(`${ids[device]} ${HISTORY_METRICS[metric]} ${timeMs}`, value);
    };
    const faults = planFaults(scenario);
    areaHistory({ blueprint, place: placeOf(scenario), faults, models, span }, { push }, 0);
  }
  return values;
}

describe('a scenario live', () => {
  it('gives at the end of each step what its history has there, bit for bit, and nothing where that has nothing', async () => {
    const steps = [0, 21, 30, 44, 48, 70, 95, 96];
    const history = historyAt(steps);
    expect(history.size).toBeGreaterThan(500);
    const gridClock = new ManualGridClock(momentOf(0));
    const { run, read } = await start(gridClock);
    for (const step of steps) {
      gridClock.set(momentOf(step));
      for (const id of run.fleet.devices.keys()) {
        for (const metric of HISTORY_METRICS) {
          const expected = history.get(`${id} ${metric} ${momentOf(step)}`);
          if (expected === undefined && metric !== 'energy_import') continue;
          if (expected === undefined && !id.startsWith('M-')) continue;
          expect([id, metric, step, await read(id, metric)]).toEqual([id, metric, step, expected]);
        }
      }
    }
    const silent = planFaults(scenario).find(({ kind }) => kind === 'silent')?.device;
    expect(history.has(`${silent} energy_import ${momentOf(44)}`)).toBe(false);
  });

  it('never turns a register back within a step', async () => {
    // Five days on, clocks are off by up to five minutes.
    const gridClock = new ManualGridClock(momentOf(490));
    const { run, read } = await start(gridClock);
    const faulty = new Set(planFaults(scenario).map(({ device }) => device));
    const ids = [...run.fleet.devices.keys()].filter((id) => !id.startsWith('T-') && !faulty.has(id));
    const before = new Map<string, number>();
    for (let second = 0; second <= 4 * 900; second += 45) {
      gridClock.set(momentOf(490) + second * 1000);
      for (const id of ids) {
        const now = (await read(id, 'energy_import')) ?? Number.NaN;
        expect(now, `${id} after ${second} s`).toBeGreaterThanOrEqual(before.get(id) ?? 0);
        before.set(id, now);
      }
    }
  });

  it('goes on from its state after a stop as if it had run on', async () => {
    const stateFile = join(folder, 'state.json');
    const first = await start(new ManualGridClock(momentOf(60) - 400_000), { stateFile });
    await first.run.stop();
    open.shift();
    const history = historyAt([70]);
    const { run, read } = await start(new ManualGridClock(momentOf(70)), { stateFile });
    for (const id of run.fleet.devices.keys()) {
      expect([id, await read(id, 'energy_import')]).toEqual([id, history.get(`${id} energy_import ${momentOf(70)}`)]);
    }
    const other = { ...scenario, file: { ...scenario.file, seed: 6 } };
    const listen = { host: '127.0.0.1', port: 0 };
    const gridClock = new ManualGridClock(momentOf(70));
    const refused = runScenario({ scenario: other, models, gridClock, logger: silentLogger(), listen, stateFile });
    await expect(refused).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});

describe('faults told to a scenario live', () => {
  const labelsIn = (file: string) => JSON.parse(readFileSync(file, 'utf8')).labels as Record<string, unknown>[];

  it('begin, are labelled, and end', async () => {
    const gridClock = new ManualGridClock(momentOf(3) + 1000);
    const labels = join(folder, 'labels.json');
    const { read, tell, told } = await start(gridClock, { labels });
    const answer = await tell({ device: 'M-000002', kind: 'silent', for: '5m' });
    expect(answer.status).toBe(201);
    const label = await answer.json();
    const [from, to] = [gridClock.nowMs(), gridClock.nowMs() + 300_000].map((ms) => new Date(ms).toISOString());
    expect(label).toMatchObject({ kind: 'silent', device: 'M-000002', area: 'A-0001', start: from, end: to });
    await expect.poll(() => labelsIn(labels)).toContainEqual(label);
    expect(await read('M-000002', 'voltage_a')).toBeUndefined();
    gridClock.advance(300_000);
    expect(await read('M-000002', 'voltage_a')).toBeGreaterThan(200);
    await tell({ device: 'M-000002', kind: 'cut' });
    expect(await (await told('/faults/M-000002', { method: 'DELETE' })).json()).toEqual({ ended: 1 });
    const now = new Date(gridClock.nowMs()).toISOString();
    await expect
      .poll(() => labelsIn(labels).find(({ kind }) => kind === 'cut'))
      .toMatchObject({ start: now, end: now });
    expect(await read('M-000002', 'voltage_a')).toBeGreaterThan(200);
  });

  it('change what a meter counts from the next step on, as its label says', async () => {
    const gridClock = new ManualGridClock(momentOf(3) + 1000);
    const { read, tell } = await start(gridClock);
    const label = await (await tell({ device: 'M-000001', kind: 'stopped' })).json();
    expect(label).toMatchObject({ start: new Date(momentOf(4)).toISOString(), end: null });
    gridClock.set(momentOf(4));
    const at = await read('M-000001', 'energy_import');
    gridClock.set(momentOf(20));
    expect(await read('M-000001', 'energy_import')).toBe(at);
    expect(await read('M-000001', 'active_power')).toBe(0);
  });

  it('leave no label when they end before they began, and one with its end when they did', async () => {
    const gridClock = new ManualGridClock(momentOf(3) + 1000);
    const { run, read, tell, told } = await start(gridClock);
    const end = (device: string) => told(`/faults/${device}`, { method: 'DELETE' }).then((answer) => answer.json());
    const toldLabels = () => run.fleet.labels().filter(({ kind }) => kind === 'linkCut');
    await tell({ device: 'T-0001', kind: 'linkCut' });
    expect(await end('T-0001')).toEqual({ ended: 1 });
    expect(toldLabels()).toEqual([]);
    await tell({ device: 'A-0001', kind: 'linkCut' });
    gridClock.set(momentOf(4) + 1000);
    expect(await read('M-000001', 'energy_import')).toBeUndefined();
    expect(await end('A-0001')).toEqual({ ended: 1 });
    expect(toldLabels()).toEqual([
      expect.objectContaining({
        device: 'T-0001',
        start: new Date(momentOf(4)).toISOString(),
        end: new Date(momentOf(5)).toISOString(),
      }),
    ]);
    gridClock.set(momentOf(5) + 1000);
    expect(await read('M-000001', 'energy_import')).toBeGreaterThan(0);
  });

  it.each([
    [{ device: 'M-000002', kind: 'wrongRatio' }, 400, 'only be planned'],
    [{ device: 'M-000002', kind: 'overload' }, 400, 'tell it for T-0001'],
    [{ device: 'T-0001', kind: 'stopped' }, 400, 'fault of a meter'],
    [{ device: 'M-00002', kind: 'silent' }, 404, 'did you mean'],
    [{ device: 'M-000002', kind: 'asleep' }, 400, 'kind'],
  ])('are refused with words: %j', async (body, status, words) => {
    const { tell } = await start(new ManualGridClock(momentOf(3)));
    const answer = await tell(body);
    expect(answer.status).toBe(status);
    expect(await answer.text()).toContain(words);
  });
});
