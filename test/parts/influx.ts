import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findInfluxd } from './find.ts';
import { freePort } from './ports.ts';
import { type PartProcess, startPartProcess } from './process.ts';

/** A real InfluxDB 2 with an empty bucket. */
export interface InfluxServer {
  readonly url: string;
  readonly org: string;
  readonly bucket: string;
  readonly token: string;
  /** Undefined when the server was running before the tests: it can be neither killed nor restarted. */
  readonly pid: number | undefined;
  /** Ends the server, or removes the bucket from one that was running before, and removes what it stored. */
  stop(): Promise<void>;
  /** Ends the server with SIGKILL; its data stay. */
  kill(): Promise<void>;
  /** Starts the server again on the same data, address and token, after `kill`. */
  restart(): Promise<void>;
}

interface InfluxOptions {
  /** Where it keeps its data; a temporary folder that `stop` removes when not given. */
  readonly dir?: string;
}

const ORG = 'gridwarden-test';

async function request(url: string, token: string | undefined, method: string, body?: object): Promise<unknown> {
  const response = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Token ${token}` } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health`)).ok;
  } catch {
    return false;
  }
}

/** The id of the only organisation called `org`. */
async function findOrgId(url: string, token: string, org: string): Promise<string> {
  const answer = (await request(`${url}/api/v2/orgs?org=${encodeURIComponent(org)}`, token, 'GET')) as {
    orgs: { id: string }[];
  };
  const id = answer.orgs[0]?.id;
  if (id === undefined) throw new Error(`InfluxDB at ${url} has no organisation ${org}`);
  return id;
}

async function useRunning(url: string, org: string, token: string): Promise<InfluxServer> {
  const bucket = `gridwarden-test-${randomUUID()}`;
  const orgID = await findOrgId(url, token, org);
  const { id } = (await request(`${url}/api/v2/buckets`, token, 'POST', { orgID, name: bucket })) as { id: string };
  const notOurs = (): Promise<never> => Promise.reject(new Error('this InfluxDB was running before the tests'));
  const stop = async (): Promise<void> => void (await request(`${url}/api/v2/buckets/${id}`, token, 'DELETE'));
  return { url, org, bucket, token, pid: undefined, stop, kill: notOurs, restart: notOurs };
}

function startInfluxdProcess(influxd: string, dir: string, port: number): Promise<PartProcess> {
  const args = [
    '--bolt-path',
    join(dir, 'influxd.bolt'),
    '--sqlite-path',
    join(dir, 'influxd.sqlite'),
    '--engine-path',
    join(dir, 'engine'),
    '--http-bind-address',
    `127.0.0.1:${port}`,
    '--reporting-disabled',
    '--log-level',
    'error',
  ];
  const isReady = (): Promise<boolean> => isHealthy(`http://127.0.0.1:${port}`);
  return startPartProcess({ name: 'influxd', command: influxd, args, isReady });
}

async function startOwn(influxd: string, dir: string, removeDir: boolean): Promise<InfluxServer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let running = await startInfluxdProcess(influxd, dir, port);
  const token = `test-${randomUUID()}`;
  const bucket = 'telemetry';
  const setup = { username: 'test', password: randomUUID(), org: ORG, bucket, token, retentionPeriodSeconds: 0 };
  await request(`${url}/api/v2/setup`, undefined, 'POST', setup);
  return {
    url,
    org: ORG,
    bucket,
    token,
    get pid() {
      return running.pid;
    },
    stop: async () => {
      await running.stop();
      if (removeDir) await rm(dir, { recursive: true, force: true });
    },
    kill: () => running.kill(),
    restart: async () => {
      running = await startInfluxdProcess(influxd, dir, port);
    },
  };
}

/**
 * An InfluxDB 2 with an empty bucket and a token for everything: the server named by GRIDWARDEN_TEST_INFLUX_URL, or one
 * that is started on a free port. Fails with the reason when there is none (`findInfluxd`).
 */
export async function startInfluxd(options: InfluxOptions = {}): Promise<InfluxServer> {
  const lookup = findInfluxd();
  if (!lookup.found) throw new Error(lookup.reason);
  const { part } = lookup;
  if (part.kind === 'running') return useRunning(part.url, part.org, part.token);
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'gridwarden-influxd-')));
  return startOwn(part.influxd, dir, options.dir === undefined);
}
