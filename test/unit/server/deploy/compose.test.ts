import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { EdgeConfigSchema } from '../../../../edge/config.ts';
import { loadConfig } from '../../../../edge/platform/config.ts';
import { parseListen } from '../../../../edge/platform/units.ts';
import { loadModels } from '../../../../edge/profiles/load.ts';
import { ServerConfigSchema } from '../../../../server/config.ts';
import { FleetConfigSchema } from '../../../../simulators/config.ts';
import { fleetProblems } from '../../../../simulators/fleet-check.ts';

// The tests need no container engine: what is held together here are the files that a deployment is made of.
const ROOT = join(import.meta.dirname, '../../../..');
const DEPLOY = join(ROOT, 'server/deploy');

const Service = Type.Object({
  image: Type.String(),
  restart: Type.String(),
  logging: Type.Object({ options: Type.Object({ 'max-size': Type.String(), 'max-file': Type.String() }) }),
  stop_grace_period: Type.String({ pattern: '^[2-9]\\ds$' }),
  stop_signal: Type.Optional(Type.String()),
  command: Type.Optional(Type.Array(Type.String())),
  ports: Type.Optional(Type.Array(Type.String())),
  volumes: Type.Optional(Type.Array(Type.String())),
  secrets: Type.Optional(Type.Array(Type.String())),
  environment: Type.Optional(Type.Record(Type.String(), Type.String())),
  healthcheck: Type.Optional(Type.Object({ test: Type.Array(Type.String()) })),
  depends_on: Type.Optional(Type.Record(Type.String(), Type.Object({ condition: Type.String() }))),
});
const Compose = Type.Object({
  services: Type.Record(Type.String(), Service),
  volumes: Type.Record(Type.String(), Type.Null()),
  secrets: Type.Record(Type.String(), Type.Object({ file: Type.String() })),
});

const compose = Value.Parse(Compose, parse(readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8'), { merge: true }));
const services = Object.entries(compose.services);
const server = loadConfig(ServerConfigSchema, { file: join(DEPLOY, 'server.yaml') }).value;
const edge = loadConfig(EdgeConfigSchema, { file: join(DEPLOY, 'edge.yaml') }).value;
const fleet = loadConfig(FleetConfigSchema, { file: join(DEPLOY, 'fleet.yaml') });

/** Those of a service's volumes that come from the repository: `[path here, path in the container]`. */
function mountedFiles(name: string): [string, string][] {
  const volumes = compose.services[name]?.volumes ?? [];
  return volumes.filter((volume) => volume.startsWith('.')).map((volume) => volume.split(':') as [string, string]);
}

describe('the services of docker-compose.yml', () => {
  test('are the real parts and ours', () => {
    expect(Object.keys(compose.services).sort()).toEqual(['edge', 'influxdb', 'mosquitto', 'server', 'simulators']);
  });

  test.each(services)('%s publishes nothing beyond this machine', (_name, service) => {
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  test.each(services)('%s mounts files and volumes that exist', (name, service) => {
    for (const [path] of mountedFiles(name)) expect(existsSync(join(ROOT, path)), path).toBe(true);
    const named = (service.volumes ?? [])
      .filter((volume) => !volume.startsWith('.'))
      .map((volume) => volume.split(':')[0]);
    for (const volume of named) expect(compose.volumes).toHaveProperty([volume ?? '']);
  });

  test.each(services)('%s comes back after a failure, in the version that was tried', (_name, { image, restart }) => {
    expect(restart).toBe('unless-stopped');
    if (image !== 'gridwarden') expect(image).toMatch(/:\d+\.\d+/);
  });

  test.each(services)('%s checks its health with a file that exists', (_name, { healthcheck }) => {
    const file = /^node (\S+)/.exec(healthcheck?.test.slice(1).join(' ') ?? '')?.[1];
    if (file !== undefined) expect(existsSync(join(ROOT, file)), file).toBe(true);
  });

  test('stop InfluxDB with the signal at which it closes its files', () => {
    expect(compose.services.influxdb?.stop_signal).toBe('SIGINT');
  });

  test.each(services)('%s waits only for services that say when they are healthy', (_name, service) => {
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
      expect(condition).toBe('service_healthy');
      expect(compose.services[other]?.healthcheck, other).toBeDefined();
    }
  });

  test.each(['server', 'edge', 'simulators'])('%s runs a main file that exists on a file that is mounted', (name) => {
    const [main = '', , config = ''] = compose.services[name]?.command ?? [];
    expect(existsSync(join(ROOT, main)), main).toBe(true);
    expect(mountedFiles(name).map(([, inside]) => inside)).toContain(config);
  });

  test.each(services)('%s is given each secret that its files name, and no other', (name, service) => {
    const texts = [
      ...mountedFiles(name).map(([path]) => readFileSync(join(ROOT, path), 'utf8')),
      JSON.stringify(service.environment ?? {}),
    ];
    const named = texts.flatMap((text) => [...text.matchAll(/\/run\/secrets\/([\w-]+)/g)].map((match) => match[1]));
    expect([...new Set(named)].sort()).toEqual([...(service.secrets ?? [])].sort());
  });
});

describe('the secrets', () => {
  function makeSecrets(folder: string): void {
    const { status, stderr } = spawnSync(process.execPath, [join(DEPLOY, 'make-secrets.mjs'), folder], {
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  }

  test.each([
    [['--help'], 0],
    [['--fodler'], 2],
    [['a', 'b'], 2],
  ])('are not made for %j: it says how it is called', (args, code) => {
    const folder = mkdtempSync(join(tmpdir(), 'gridwarden-secrets-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const { status, stderr } = spawnSync(process.execPath, [join(DEPLOY, 'make-secrets.mjs'), ...args], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([code, expect.stringContaining('usage: ')]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('are the files that make-secrets.mjs makes, and making them again changes none', () => {
    const dir = mkdtempSync(join(tmpdir(), 'gridwarden-secrets-'));
    onTestFinished(() => rmSync(dir, { recursive: true }));
    const folder = join(dir, 'secrets');
    makeSecrets(folder);
    const files = Object.values(compose.secrets).map(({ file }) => file.replace('./server/deploy/secrets/', ''));
    expect(readdirSync(folder).sort()).toEqual(files.sort());
    const contents = (): string[] => files.map((file) => readFileSync(join(folder, file), 'utf8'));
    const before = contents();
    expect(new Set(before).size).toBe(files.length);
    makeSecrets(folder);
    expect(contents()).toEqual(before);
    // The files are open to the containers' users, the folder to nobody else.
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });
});

describe('the configuration files', () => {
  test('name hosts that are services', () => {
    const urls = [...('urls' in server.broker ? server.broker.urls : []), ...edge.broker.urls];
    const hosts = urls.map((url) => new URL(url).hostname);
    if ('influxdb' in server.store) hosts.push(new URL(server.store.influxdb.url).hostname);
    for (const bus of edge.buses) if ('host' in bus) hosts.push(bus.host);
    expect([...new Set(hosts)].sort()).toEqual(['influxdb', 'mosquitto', 'simulators']);
  });

  test('agree on the host application, the organisation and the bucket', () => {
    expect(edge.primaryHost).toBe(server.host);
    const environment = compose.services.influxdb?.environment ?? {};
    expect(server.store).toMatchObject({
      influxdb: { org: environment.DOCKER_INFLUXDB_INIT_ORG, bucket: environment.DOCKER_INFLUXDB_INIT_BUCKET },
    });
  });

  test('describe a fleet that is one', () => {
    expect(fleetProblems(fleet.value, loadModels())).toEqual([]);
  });

  test('let the edge read each simulated device where it is', () => {
    const simulated = fleet.value.gateways.flatMap(({ listen, devices }) =>
      devices.map(({ id, model, unit }) => ({ id, model, unit, port: parseListen(listen).port })),
    );
    const read = edge.buses.flatMap((bus) =>
      bus.devices.map(({ id, model, unit }) => ({ id, model, unit, port: 'port' in bus ? bus.port : 0 })),
    );
    expect(read).toEqual(simulated);
  });

  test('keep what must last on the volumes', () => {
    expect(server.state).toMatch(/^\/data\//);
    expect(edge.outbox.path).toMatch(/^\/data\//);
  });
});
