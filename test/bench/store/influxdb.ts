import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ManualGridClock, systemProcessClock } from '../../../edge/platform/clock.ts';
import { silentLogger } from '../../../edge/platform/log.ts';
import { Metrics } from '../../../edge/platform/metrics.ts';
import { openState } from '../../../server/state/database.ts';
import { windows } from '../../../server/store/influxdb/flux.ts';
import { openTelemetryStore } from '../../../server/store/open.ts';
import type { CommitRequest, TelemetryStore } from '../../../server/store/telemetry-store.ts';
import { findInfluxd } from '../../parts/find.ts';
import { type InfluxServer, startInfluxd } from '../../parts/influx.ts';
import type { Bench, Row } from '../bench.ts';
import { BatchMaker, DAY_MS, MINUTE_MS, makeFleet, medianMs, quantile, type Timed, timed } from './fleet.ts';

const START = Date.UTC(2026, 2, 1);
const BATCH = 20_000;
const WRITTEN = 2_000_000;
const ROUNDS = 3;
/** As `npm test` says it, when there is no InfluxDB here. */
const NOT_HERE = 'InfluxDB store';

async function withStore<T>(work: (store: TelemetryStore, server: InfluxServer) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'gridwarden-bench-'));
  const server = await startInfluxd();
  const database = openState(join(folder, 'state.sqlite'));
  const { url, org, bucket, token } = server;
  const store = await openTelemetryStore(
    {
      store: { influxdb: { url, org, bucket, token, timeout: '60s' } },
      retention: { fast: '30d', registers: '3650d' },
    },
    {
      database,
      gridClock: new ManualGridClock(START),
      processClock: systemProcessClock(),
      logger: silentLogger(),
      metrics: new Metrics(),
    },
  );
  try {
    return await work(store, server);
  } finally {
    await store.close();
    database.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The lines of a batch, made before the clock runs: what a client that does nothing else sends. */
function bareBody({ points }: CommitRequest): string {
  const lines: string[] = [];
  for (let index = 0; index < points.length; index += 30) {
    const fields = Array.from({ length: 30 }, (_, metric) => `m_${metric}=${points.value[index + metric]}`);
    lines.push(`meter,device=M-${(points.series[index] ?? 0) / 30},origin=live ${fields} ${points.timeUs[index]}`);
  }
  return lines.join('\n');
}

function post({ url, org, bucket, token }: InfluxServer, agent: Agent, body: string): Promise<void> {
  const path = `${url}/api/v2/write?${new URLSearchParams({ org, bucket, precision: 'us' })}`;
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      path,
      { method: 'POST', agent, headers: { authorization: `Token ${token}` } },
      (response) => {
        response.resume();
        response.on('end', () =>
          response.statusCode === 204 ? resolve() : reject(new Error(String(response.statusCode))),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

function added(a: Timed, b: Timed): Timed {
  return { seconds: a.seconds + b.seconds, cpuSeconds: a.cpuSeconds + b.cpuSeconds };
}

/** The server counts the bytes of its files every ten seconds. */
async function bytesPerPoint(store: TelemetryStore): Promise<number> {
  await delay(12_000);
  const { bytes } = await store.statistics();
  return bytes / (2 * WRITTEN);
}

async function writeRows(): Promise<Row[]> {
  const rounds: { bare: Timed; ours: Timed; bytesPerPoint: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push(
      await withStore(async (store, server) => {
        const agent = new Agent({ keepAlive: true });
        const maker = new BatchMaker(makeFleet(store, 1000, 30), BATCH);
        let bare: Timed = { seconds: 0, cpuSeconds: 0 };
        let ours: Timed = { seconds: 0, cpuSeconds: 0 };
        // In turns, so that both meet the same compactions of the server.
        for (let written = 0; written < WRITTEN; written += maker.values) {
          const body = bareBody(maker.next(START, 1000));
          bare = added(bare, await timed(() => post(server, agent, body)));
          const batch = maker.next(START, 1000);
          ours = added(ours, await timed(() => store.commit(batch)));
        }
        agent.destroy();
        return { bare, ours, bytesPerPoint: round < ROUNDS - 1 ? Number.NaN : await bytesPerPoint(store) };
      }),
    );
  }
  const bareRate = quantile(
    rounds.map(({ bare }) => WRITTEN / bare.seconds),
    0.5,
  );
  const rate = quantile(
    rounds.map(({ ours }) => WRITTEN / ours.seconds),
    0.5,
  );
  const cpu = quantile(
    rounds.map(({ ours }) => (ours.cpuSeconds * 1e6) / WRITTEN),
    0.5,
  );
  const bareCpu = quantile(
    rounds.map(({ bare }) => (bare.cpuSeconds * 1e6) / WRITTEN),
    0.5,
  );
  return [
    {
      figure: 'InfluxDB store, write, batches of 20 000, 30 fields a line',
      value: rate,
      unit: 'values/s',
      reference: `${Math.round(bareRate)} values/s of lines that were made before`,
      ratio: rate / bareRate,
      target: '≥ 0.7 of it',
      ok: rate / bareRate >= 0.7,
    },
    {
      figure: 'InfluxDB store, own CPU a value',
      value: cpu,
      unit: 'µs',
      reference: `${bareCpu.toFixed(2)} µs of sending alone`,
      ratio: cpu / bareCpu,
    },
    {
      figure: 'InfluxDB store, disk a value, just written',
      value: rounds.at(-1)?.bytesPerPoint ?? Number.NaN,
      unit: 'B',
    },
  ];
}

/** The time of one Flux query whose answer is thrown away. */
function bareQueryMs({ url, org, token }: InfluxServer, query: string): Promise<number> {
  return medianMs(5, async () => {
    const response = await fetch(`${url}/api/v2/query?${new URLSearchParams({ org })}`, {
      method: 'POST',
      headers: { authorization: `Token ${token}`, 'content-type': 'application/json', 'accept-encoding': 'identity' },
      body: JSON.stringify({ query, dialect: { header: true, annotations: [] } }),
    });
    for await (const _chunk of response.body ?? []);
  });
}

/** 200 meters with 5 metrics every five minutes for 30 days: 8.6 million points. */
async function queryRows(): Promise<Row[]> {
  return withStore(async (store, server) => {
    const days = 30;
    const fleet = makeFleet(store, 200, 5);
    const maker = new BatchMaker(fleet, 50_000);
    const points = (days * DAY_MS * 1000) / (5 * MINUTE_MS);
    for (let written = 0; written < points; written += maker.values)
      await store.commit(maker.next(START, 5 * MINUTE_MS));
    const endMs = START + days * DAY_MS;
    const many = Array.from({ length: 10_000 }, (_, device) =>
      store.seriesOf({ device: `N-${device}`, metric: 'm_0', kind: 'meter', pollClass: 'fast' }),
    );
    const now = new BatchMaker({ devices: 10_000, metrics: 1, series: Int32Array.from(many) }, 10_000);
    await store.commit(now.next(endMs, 1000));
    const meters = Array.from({ length: 200 }, (_, device) => fleet.series[device * 5] ?? 0);
    const one = { series: [meters[100] ?? 0], fromMs: endMs - DAY_MS, toMs: endMs, everyMs: 288_000, maxRows: 300 };
    const month = { series: meters, fromMs: START, toMs: endMs, everyMs: 15 * MINUTE_MS, maxRows: 1e6 };
    const oneMs = await medianMs(7, () => store.read(one));
    const monthMs = await medianMs(5, () => store.read(month));
    const devices = Array.from({ length: 200 }, (_, device) => `M-${device}`);
    const group = { bucket: server.bucket, kind: 'meter', devices, fields: ['m_0'] } as const;
    const source = { group, range: { fromMs: START, toMs: endMs }, conflicts: false };
    const bareMs = await bareQueryMs(server, windows(source, { everyMs: 15 * MINUTE_MS, offsetMs: 0 }, 'mean'));
    const latestMs = await medianMs(5, () => store.latest(many, endMs - 3_600_000, endMs + 3_600_000));
    return [
      {
        figure: 'InfluxDB store, one series, 24 h in 300 buckets',
        value: oneMs,
        unit: 'ms',
        target: '≤ 50 ms',
        ok: oneMs <= 50,
      },
      {
        figure: 'InfluxDB store, 200 series, 30 days by 15 min',
        value: monthMs,
        unit: 'ms',
        reference: `${Math.round(bareMs)} ms for the means alone, thrown away; ours has counts and coverage, too`,
        ratio: monthMs / bareMs,
        target: '≤ 1.2 s',
        ok: monthMs <= 1200,
      },
      {
        figure: 'InfluxDB store, latest of 10 000 series within 1 h',
        value: latestMs,
        unit: 'ms',
        note: 'the API answers from live state',
      },
    ];
  });
}

function whenHere(run: () => Promise<Row[]>): () => Promise<Row[]> {
  return async () => {
    const lookup = findInfluxd();
    return lookup.found ? run() : [{ figure: NOT_HERE, value: Number.NaN, unit: '', note: lookup.reason }];
  };
}

export const benches: readonly Bench[] = [
  { name: 'InfluxDB store: write beside prepared lines', run: whenHere(writeRows) },
  { name: 'InfluxDB store: queries over 8.6 million points', run: whenHere(queryRows) },
];
