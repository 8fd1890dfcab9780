import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { findInfluxd } from '../../parts/find.ts';
import { startInfluxd } from '../../parts/influx.ts';
import type { Bench, Row } from '../bench.ts';

const CONNECTIONS = 100;
const RATE = 10_000;
const VALUES = 30;
const SECONDS = Number(process.env.GRIDWARDEN_BENCH_SECONDS ?? 20);

interface Report {
  readonly cpu: NodeJS.CpuUsage;
  readonly rss: number;
  readonly stored: number;
  readonly values: number;
  readonly records: number;
  /** DDATA that the host has heard. */
  readonly messages: number;
  /** Values that were not taken over, because too many waited for the store. */
  readonly notTaken: number;
  /** Age of the oldest reading that waited for the store, the greatest so far. */
  readonly storeLagMs: number;
  readonly lagCount: number;
  readonly lagUnder2s: number;
  readonly lagSum: number;
  readonly problems: readonly { readonly kind: string; readonly count: number; readonly reason: string }[];
  readonly waiting: number;
}

function script(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

function start(name: string, args: readonly string[]): ChildProcess {
  return fork(script(name), [...args], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    // `--cpu-prof` here shows where the server's time goes.
    execArgv: (process.env.GRIDWARDEN_BENCH_NODE ?? '')
      .split(' ')
      .filter((word) => word !== '' && name.startsWith('server')),
  });
}

function message<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`the process ended with code ${code}`));
    child.once('exit', ended);
    child.once('message', (value) => {
      child.off('exit', ended);
      resolve(value as T);
    });
  });
}

async function report(child: ChildProcess): Promise<Report> {
  const answer = message<Report>(child);
  child.send('report');
  return await answer;
}

function cpuUs(usage: NodeJS.CpuUsage): number {
  return usage.user + usage.system;
}

/** The share of what was sent that has arrived in the store, waited for as long as it moves. */
async function settled(server: ChildProcess, expected: number): Promise<Report> {
  let last = await report(server);
  for (let idle = 0; idle < 5 && last.stored < expected; ) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    const now = await report(server);
    idle = now.stored > last.stored ? 0 : idle + 1;
    last = now;
  }
  return last;
}

/** @param store `memory`, `duckdb`, or the settings of an InfluxDB as JSON */
async function measure(name: string, store = name): Promise<Row[]> {
  const server = start('server-process.ts', [store]);
  const { url } = await message<{ url: string }>(server);
  const generator = start('generator-process.ts', [url, CONNECTIONS, RATE, VALUES, SECONDS].map(String));
  await message(generator);
  const before = await report(server);
  const done = message<{ sent: number; tookMs: number; cpu: NodeJS.CpuUsage }>(generator);
  generator.send('go');
  const { sent, tookMs } = await done;
  const after = await settled(server, sent * VALUES);
  const ended = [server, generator].map((child) => new Promise((resolve) => child.once('exit', resolve)));
  generator.send('end');
  server.send('stop');
  await Promise.all(ended);
  const values = after.values - before.values;
  const perValueUs = (cpuUs(after.cpu) - cpuUs(before.cpu)) / values;
  const lost = sent - after.records;
  const note = `${CONNECTIONS} connections, ${Math.round((sent / tookMs) * 1000)} messages/s of ${VALUES} values, ${SECONDS} s`;
  const late = after.lagCount - after.lagUnder2s;
  if (after.problems.length > 0) console.error(after.problems.slice(0, 5));
  return [
    {
      figure: `ingest into ${name}: CPU of broker and server a value`,
      value: perValueUs,
      unit: 'µs',
      target: '≤ 1.5',
      ok: perValueUs <= 1.5,
      note,
    },
    {
      figure: `ingest into ${name}: records lost`,
      value: lost,
      unit: '',
      target: '0',
      ok: lost === 0,
      note: where(sent, after),
    },
    {
      figure: `ingest into ${name}: records later than 2 s`,
      value: late,
      unit: '',
      target: '0',
      ok: late === 0,
      note: `mean lag ${((after.lagSum / after.lagCount) * 1000).toFixed(0)} ms`,
    },
    {
      figure: `ingest into ${name}: from reading to the store, at most`,
      value: after.storeLagMs,
      unit: 'ms',
      target: '≤ 2 s',
      ok: after.storeLagMs <= 2000,
    },
    { figure: `ingest into ${name}: resident memory`, value: after.rss / 2 ** 20, unit: 'MiB' },
  ];
}

/** Where records stayed: the generator sends each once, so what is not taken over does not come again. */
function where(sent: number, { messages, notTaken, stored, values, waiting }: Report): string {
  return `${sent - messages} not heard, ${notTaken} values not taken over for want of room, ${values - notTaken - stored} of the others not stored, ${waiting} of them waiting`;
}

async function measureInflux(): Promise<Row[]> {
  if (!findInfluxd().found) return [];
  const influx = await startInfluxd();
  const { url, org, bucket, token } = influx;
  try {
    return await measure('InfluxDB', JSON.stringify({ url, org, bucket, token }));
  } finally {
    await influx.stop();
  }
}

export const benches: readonly Bench[] = [
  { name: 'ingest in front of a store that only counts', run: () => measure('memory') },
  { name: 'ingest into DuckDB', run: () => measure('duckdb') },
  { name: 'ingest into InfluxDB', run: measureInflux },
];

if (import.meta.main) {
  const [only = 'memory'] = process.argv.slice(2);
  const rows = only === 'influxdb' ? await measureInflux() : await measure(only);
  for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`);
}
