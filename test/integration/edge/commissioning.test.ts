import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Value } from 'typebox/value';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { loadEdgeConfig } from '../../../edge/load-config.ts';
import { systemGridClock } from '../../../edge/platform/clock.ts';
import { silentLogger } from '../../../edge/platform/log.ts';
import { loadModels } from '../../../edge/profiles/load.ts';
import { FleetConfigSchema } from '../../../simulators/config.ts';
import { type Fleet, startFleet } from '../../../simulators/fleet.ts';
import { TcpProxy } from '../../support/tcp-proxy.ts';
import { until } from '../../support/until.ts';
import { EdgeCommand, edge } from './edge-command.ts';

/** Simulated devices behind one gateway: what the commands are for, without a real device. */
const DEVICES = [
  { id: 'M-1', model: 'eastron/sdm630', unit: 1, meanKw: 4 },
  { id: 'M-2', model: 'schneider/iem3155', unit: 4, meanKw: 6 },
  { id: 'T-1', model: 'ziehl/tr1200', unit: 5, loadOf: 'M-2', ratedKva: 100 },
];

let fleet: Fleet;
let proxy: TcpProxy;
let where: string[];
let folder: string;
const functions: (number | undefined)[] = [];

beforeAll(async () => {
  const config = Value.Parse(
    FleetConfigSchema,
    Value.Default(FleetConfigSchema, { gateways: [{ listen: '127.0.0.1:0', devices: DEVICES }] }),
  );
  fleet = await startFleet(config, { models: loadModels(), gridClock: systemGridClock(), logger: silentLogger() });
  // One request at a time: each chunk is a frame, its function code behind the MBAP header.
  proxy = new TcpProxy(
    () => fleet.ports[0] ?? 0,
    () => (chunk) => functions.push(chunk[7]),
  );
  where = ['--host', '127.0.0.1', '--port', String(await proxy.listen())];
});

afterAll(async () => {
  await proxy.close();
  await fleet.stop();
  expect(functions.length).toBeGreaterThan(50);
  expect(functions.filter((code) => code !== 3 && code !== 4)).toEqual([]);
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gridwarden-commissioning-'));
  return () => rmSync(folder, { recursive: true, force: true });
});

describe('edge init', () => {
  test('recognises devices, writes a file that the edge takes, shows values', async () => {
    const names = ['--group', 'east', '--node', 'agent-1', '--broker', 'mqtt://10.0.0.1:1883'];
    const ended = await edge(['init', ...where, '--unit', '1,4', ...names, '--seconds', '1'], { cwd: folder });
    expect(ended.stderr).toContain('unit 1 is Eastron SDM630Modbus (eastron/sdm630');
    expect(ended.stderr).toContain('unit 4 is Schneider Electric iEM3155');
    expect(ended.stdout).toMatch(/unit-1 +1 {2}eastron\/sdm630 +yes +\d+ {2}2\d\d\.\d\/2\d\d\.\d\/2\d\d\.\d V/);
    expect(ended.code).toBe(0);
    const { config } = loadEdgeConfig(join(folder, 'edge.yaml'));
    expect(config).toMatchObject({ group: 'east', node: 'agent-1', broker: { urls: ['mqtt://10.0.0.1:1883'] } });
    expect(config.buses[0]?.devices.map(({ model, unit }) => [model, unit])).toEqual([
      ['eastron/sdm630', 1],
      ['schneider/iem3155', 4],
    ]);
    const check = await edge(['check', '--config', 'edge.yaml'], { cwd: folder });
    expect(check.stdout).toContain('2 of 2 devices answered, nothing is wrong');
    expect(check.code).toBe(0);
  });

  test('asks for what no flag says, and what it cannot tell for certain', async () => {
    const port = where[3];
    const answers = ['127.0.0.1', port, '5', '1', 'west', 'agent-9', ''].join('\n');
    const ended = await edge(['init', '--out', 'own.yaml', '--seconds', '0'], { cwd: folder, input: answers });
    expect(ended.stderr).toMatch(/Port \[502\].*\n[\s\S]*Which one \(number; 0: none of them\) \[1\]/);
    expect(ended.code).toBe(0);
    expect(loadEdgeConfig(join(folder, 'own.yaml')).config).toMatchObject({ group: 'west', node: 'agent-9' });
    expect(ended.stdout).toMatch(/temperature_1 +-?\d+\.\d °C/);
  });

  test('never overwrites a file without --force', async () => {
    const file = join(folder, 'edge.yaml');
    writeFileSync(file, 'precious');
    const refused = await edge(['init', ...where, '--unit', '1', '--seconds', '0'], { cwd: folder });
    expect([refused.code, readFileSync(file, 'utf8')]).toEqual([2, 'precious']);
    expect(refused.stderr).toContain('exists already: give --force');
    const forced = await edge(['init', ...where, '--unit', '1', '--force', '--json'], { cwd: folder });
    expect(forced.code).toBe(0);
    expect(JSON.parse(forced.stdout)).toMatchObject({
      command: 'init',
      file,
      ok: true,
      devices: [{ unit: 1, answered: true }],
    });
    expect(readFileSync(file, 'utf8')).toContain('eastron/sdm630');
  });

  test('says what to do when nobody is there, when it is unsure, and when flags are missing or wrong', async () => {
    const nobody = await edge(['init', ...where, '--unit', '9'], { cwd: folder });
    expect([nobody.code, nobody.stderr]).toEqual([1, expect.stringContaining('Nobody answers there')]);
    const unsure = await edge(['init', ...where, '--unit', '5'], { cwd: folder });
    expect([unsure.code, unsure.stderr]).toEqual([
      1,
      expect.stringMatching(/ziehl\/tr1200[\s\S]*say which with --model/),
    ]);
    const missing = await edge(['init'], { cwd: folder });
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('nobody answers "Host')]);
    const wrong = await edge(['init', ...where, '--unit', '1', '--model', 'eastron/sdm631'], { cwd: folder });
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('did you mean "eastron/sdm630"')]);
    const group = await edge(['init', ...where, '--unit', '1', '--group', 'a/b'], { cwd: folder });
    expect([group.code, group.stderr]).toEqual([2, expect.stringContaining('group: must be')]);
    expect(existsSync(join(folder, 'edge.yaml'))).toBe(false);
  });
});

describe('edge check --config', () => {
  function configure(devices: readonly object[], port = where[3]): string {
    const file = join(folder, 'edge.yaml');
    const bus = { id: 'gw', transport: 'tcp', host: '127.0.0.1', port: Number(port), timeout: '300ms', devices };
    const config = {
      group: 'e',
      node: 'n',
      broker: { urls: ['mqtt://127.0.0.1:1'] },
      outbox: { path: 'o' },
      buses: [bus],
    };
    writeFileSync(file, JSON.stringify(config));
    return file;
  }

  test('reads every device once, and says of each what is wrong and what to do', async () => {
    const file = configure([
      { id: 'M-1', model: 'eastron/sdm630', unit: 1, every: '1s' },
      { id: 'M-9', model: 'eastron/sdm630', unit: 9, every: '1s' },
      { id: 'M-4', model: 'abb/a43', unit: 4, every: '1s' },
    ]);
    const { code, stdout } = await edge(['check', '--config', file]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^M-1 +1 {2}eastron\/sdm630 +yes/m);
    expect(stdout).toMatch(
      /^M-9 +9 {2}eastron\/sdm630 +no\n {2}✗ exception 11, .*\n {4}silent\n {4}→ The gateway is fine\./m,
    );
    expect(stdout).toMatch(/^M-4 +4 {2}abb\/a43 +no\n {2}✗ exception 2, illegal data address/m);
    expect(stdout).toContain('1 of 3 devices answered, 2 with something wrong');
    const json = await edge(['check', '--config', file, '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      command: 'check',
      ok: false,
      devices: [
        { device: 'M-1', ok: true, values: { frequency: { unit: 'Hz', value: expect.closeTo(50, 0) } } },
        { device: 'M-9', ok: false, answered: false },
        { device: 'M-4', ok: false, findings: [{ severity: 'problem', code: 'refused' }] },
      ],
    });
  });

  test('a gateway that cannot be reached is said once for each device, with what to look at', async () => {
    const { code, stdout } = await edge([
      'check',
      '--config',
      configure([{ id: 'M-1', model: 'abb/a43', unit: 1, every: '1s' }], '9'),
    ]);
    expect(code).toBe(1);
    expect(stdout).toContain('127.0.0.1:9 cannot be reached');
    expect(stdout).toContain('Modbus TCP on port 9');
  });

  test('wrong input ends with 2', async () => {
    const none = await edge(['check']);
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('give --config edge.yaml')]);
    const missing = await edge(['check', '--config', join(folder, 'none.yaml')]);
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('none.yaml cannot be read')]);
    const unknown = await edge(['check', '--confg', 'x']);
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining("unknown option '--confg'")]);
    const file = configure([{ id: 'M-1', model: 'abb/a44', unit: 1, every: '1s' }]);
    const model = await edge(['check', '--config', file]);
    expect([model.code, model.stderr]).toEqual([2, expect.stringContaining('edge.yaml:1: buses.0.devices.0.model')]);
  });
});

describe('edge scan', () => {
  test('finds units and names the models', async () => {
    const { code, stdout } = await edge(['scan', ...where, '--units', '1-6', '--pause', '0ms']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ +1 {2}eastron\/sdm630 +\d+ % +\d+ {2}2\d\d\.\d/m);
    expect(stdout).toMatch(/^ +4 {2}schneider\/iem3155 /m);
    expect(stdout).toMatch(/^ +5 {2}ziehl\/tr1200\? /m);
    expect(stdout).toContain(`next: npm run edge -- init ${where.join(' ')} --unit 1,4,5`);
    const json = await edge(['scan', ...where, '--units', '4', '--pause', '0ms', '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      command: 'scan',
      asked: 1,
      complete: true,
      units: [
        { unit: 4, verdict: 'recognised', candidates: [{ model: 'schneider/iem3155' }, { model: 'schneider/pm5330' }] },
      ],
    });
  });

  test('ends on Ctrl-C with what was found', async () => {
    const scan = new EdgeCommand(['scan', ...where, '--units', '1-247', '--pause', '20ms']);
    await until('the first unit', () => scan.stderr.includes('unit 1: '), 20_000);
    scan.signal('SIGINT');
    const { code, stdout } = await scan.ended;
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ +1 {2}eastron\/sdm630 /m);
    expect(stdout).toMatch(/\d+ found, \d+ units asked \(interrupted\)/);
  });

  test('the next command has all that found the device', async () => {
    const own = mkdtempSync(join(folder, 'own-'));
    cpSync(join(import.meta.dirname, '../../../edge/profiles/vaisala'), join(own, 'mine'), { recursive: true });
    const { stdout } = await edge(['scan', ...where, '--units', '1', '--pause', '0ms', '--profiles', own]);
    expect(stdout).toContain('1 found, 1 unit asked');
    expect(stdout).toMatch(new RegExp(`^next: .* init .*--unit 1 --profiles ${own}$`, 'm'));
  });

  test('says so when nobody is there', async () => {
    const { code, stdout } = await edge(['scan', ...where, '--units', '20-21', '--pause', '0ms']);
    expect([code, stdout]).toEqual([1, expect.stringContaining('Nobody answered')]);
    const wrong = await edge(['scan', ...where, '--units', '1-999']);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('units must be such as')]);
  });
});

test.each([
  [['scan', '--host', '127.0.0.1', '--port', '1', '--units', '1'], 1, /cannot be reached.*\n→ Look at address, port/],
  [['scan', '--host', '127.0.0.1', '--timeout', '0ms'], 2, /--timeout must be longer than nothing/],
  [['scna', '--host', '127.0.0.1'], 2, /there is no command "scna", did you mean "scan"/],
  [['check', '--config', 'nowhere.yaml'], 2, /nowhere.yaml cannot be read: there is no such file/],
  [['plan', '--config', 'nowhere.yaml', '--json'], 2, /^\{"command":"plan","ok":false,"code":"CONFIG_UNREADABLE"/],
  [['status', '--config', 'nowhere.yaml', '--json'], 2, /^\{"command":"status","ok":false,"code":"CONFIG_UNREADABLE"/],
])('%j ends with %i and says what to do', async (args, expected, says) => {
  const { code, stdout, stderr } = await edge(args, { cwd: folder });
  expect([code, `${stdout}${stderr}`]).toEqual([expected, expect.stringMatching(says)]);
});

test('a reader that has seen enough is no failure', async () => {
  const scan = new EdgeCommand(['scan', ...where, '--units', '1', '--pause', '0ms']);
  scan.stopReading();
  const { code, stderr } = await scan.ended;
  expect([code, stderr]).toEqual([0, expect.not.stringContaining('EPIPE')]);
});
