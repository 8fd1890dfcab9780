import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { directBackend, type OutboxBackend } from '../../../edge/outbox/backend.ts';
import { Outbox } from '../../../edge/outbox/outbox.ts';
import { outboxMetrics } from '../../../edge/outbox/outbox-metrics.ts';
import { OutboxStore } from '../../../edge/outbox/outbox-store.ts';
import { RecordWriter } from '../../../edge/outbox/record-codec.ts';
import { workerBackend } from '../../../edge/outbox/worker-backend.ts';
import { systemGridClock, systemProcessClock } from '../../../edge/platform/clock.ts';
import { silentLogger } from '../../../edge/platform/log.ts';
import { Metrics } from '../../../edge/platform/metrics.ts';
import type { DeviceDescription } from '../../../edge/reading.ts';
import type { Bench, Row } from '../bench.ts';
import { meters, readOf } from './feed.ts';

const EPOCH = 'bench';
const BATCH_MS = 50;
const MIB = 1024 * 1024;

/** The outbox alone: what it takes to make records of ten values durable, and what they take up. */
export const benches: Bench[] = [
  { name: 'outbox: records made durable a second', run: writeRate },
  { name: 'outbox: processor time at steady rates, in a thread of its own and without', run: steady },
  { name: 'outbox: 72 h of outage, 100 meters', run: outage },
];

interface Opened {
  readonly outbox: Outbox;
  readonly devices: readonly DeviceDescription[];
  /** Settles when this many records are durable. */
  taken(count: number): Promise<void>;
  close(): Promise<void>;
}

async function open(makeBackend: (file: string) => OutboxBackend, deviceCount: number): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), 'gridwarden-bench-'));
  const outbox = new Outbox({
    backend: makeBackend(join(folder, 'outbox.sqlite')),
    epoch: EPOCH,
    gridClock: systemGridClock(),
    processClock: systemProcessClock(),
    logger: silentLogger(),
    metrics: outboxMetrics(new Metrics()),
    maxMemoryBytes: 64 * MIB,
  });
  const devices = meters(deviceCount);
  await outbox.open(
    devices.flatMap(({ layouts }) => layouts),
    [],
  );
  let waiting: { readonly count: number; readonly resolve: () => void } | undefined;
  outbox.listen({
    taken: ({ lastN }) => {
      if (waiting && lastN >= waiting.count) waiting.resolve();
    },
    gaveUp: () => {},
    failed: (error) => {
      throw error;
    },
  });
  return {
    outbox,
    devices,
    taken: (count) =>
      new Promise((resolve) => {
        waiting = { count, resolve };
        if (outbox.lastN >= count) resolve();
      }),
    async close() {
      await outbox.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const settings = (file: string) => ({ file, maxBytes: 1024 * MIB, maxAgeMs: 90 * 86_400_000 });
const inWorker = (file: string) => workerBackend(settings(file));
const inThread = (file: string) => directBackend(settings(file), () => performance.now());

async function writeRate(): Promise<Row[]> {
  const records = 400_000;
  const burst = 20_000;
  const opened = await open(inWorker, 1000);
  const started = performance.now();
  const cpu = process.cpuUsage();
  for (let first = 0; first < records; first += burst) {
    for (let index = 0; index < burst; index++) {
      const device = opened.devices[index % opened.devices.length];
      if (device) opened.outbox.take(readOf(device, 'fast', Date.now()));
    }
    opened.outbox.settle(EPOCH, first > 0 ? [[1, first]] : []);
    await opened.taken(first + burst);
  }
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  await opened.close();
  const bare = bareWriteRate(records, burst);
  const rate = records / seconds;
  return [
    {
      figure: 'durable, all settled one burst later',
      value: rate,
      unit: 'records/s',
      reference: `bare node:sqlite, one row a record, one fsync a ${burst} rows: ${Math.round(bare)}/s`,
      ratio: rate / bare,
      target: '≥ 20 000/s',
      ok: rate >= 20_000,
    },
    { figure: 'processor time a record, making the reads included', value: (user + system) / records, unit: 'µs' },
  ];
}

/** The same records by the shortest way there is: a row each, in one transaction a burst. */
function bareWriteRate(records: number, burst: number): number {
  const folder = mkdtempSync(join(tmpdir(), 'gridwarden-bench-'));
  const database = new DatabaseSync(join(folder, 'bare.sqlite'));
  database.exec(
    'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE r (n INTEGER PRIMARY KEY, data BLOB)',
  );
  const insert = database.prepare('INSERT INTO r VALUES (?, ?)');
  const [device] = meters(1);
  const started = performance.now();
  for (let n = 1; n <= records; n++) {
    if (n % burst === 1) database.exec('BEGIN');
    if (device) insert.run(n, new Uint8Array(readOf(device, 'fast', Date.now()).values.buffer));
    if (n % burst === 0) database.exec('COMMIT');
  }
  const seconds = (performance.now() - started) / 1000;
  database.close();
  rmSync(folder, { recursive: true, force: true });
  return records / seconds;
}

async function steady(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const perSecond of [1000, 10_000]) {
    const worker = await steadyCpu(inWorker, perSecond);
    const direct = await steadyCpu(inThread, perSecond);
    const target = perSecond === 1000 ? { target: '≤ 25 % of a core', ok: worker.percent <= 25 } : {};
    rows.push({
      figure: `${perSecond} records/s, committed, settled after a second`,
      value: worker.percent,
      unit: '% of a core',
      reference: `on the main thread ${direct.percent.toFixed(1)} %`,
      ratio: worker.percent / direct.percent,
      ...target,
    });
    rows.push({
      figure: `longest stop of the event loop at ${perSecond} records/s`,
      value: worker.longestMs,
      unit: 'ms',
      reference: `on the main thread ${direct.longestMs.toFixed(1)} ms`,
      ratio: worker.longestMs / direct.longestMs,
    });
  }
  return rows;
}

async function steadyCpu(makeBackend: (file: string) => OutboxBackend, perSecond: number) {
  const seconds = 10;
  const opened = await open(makeBackend, 1000);
  const [device] = opened.devices;
  const loop = monitorEventLoopDelay({ resolution: 1 });
  let sent = 0;
  const run = async (untilSeconds: number) => {
    const started = performance.now();
    while (performance.now() - started < untilSeconds * 1000) {
      const due = Math.floor(((performance.now() - started) / 1000) * perSecond) - sent;
      for (let index = 0; index < due; index++) if (device) opened.outbox.take(readOf(device, 'fast', Date.now()));
      sent += due;
      const settled = opened.outbox.lastN - perSecond;
      if (settled > 0) opened.outbox.settle(EPOCH, [[1, settled]]);
      await delay(BATCH_MS);
    }
    sent = 0;
  };
  await run(2);
  loop.enable();
  const cpu = process.cpuUsage();
  await run(seconds);
  const { user, system } = process.cpuUsage(cpu);
  const longestMs = loop.max / 1e6;
  loop.disable();
  await opened.close();
  return { percent: (user + system) / 1e4 / seconds, longestMs };
}

/** Fast values every 10 s and registers every 15 min, three days long, without anybody to send them to. */
async function outage(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'gridwarden-bench-'));
  const file = join(folder, 'outbox.sqlite');
  const devices = meters(100);
  let nowMs = 0;
  const store = new OutboxStore(settings(file), () => nowMs);
  store.open(EPOCH, Date.now());
  const layouts = devices.flatMap((device) => device.layouts);
  const ids = new Map(store.register(layouts, [], Date.now()).map((id, index) => [layouts[index], id]));
  const epochMs = Date.now() - 72 * 3_600_000;
  let n = 0;
  for (; nowMs < 72 * 3_600_000; nowMs += 10_000) {
    const writer = new RecordWriter();
    const boundary = new RecordWriter();
    for (const device of devices) {
      const fast = readOf(device, 'fast', epochMs + nowMs);
      writer.append({ ...fast, n: ++n, layoutId: ids.get(fast.layout) ?? 0 });
      if (nowMs % 900_000 > 0) continue;
      const registers = readOf(device, 'registers', epochMs + nowMs);
      boundary.append({ ...registers, n: ++n, layoutId: ids.get(registers.layout) ?? 0 });
    }
    const blocks = [writer.finish(), boundary.finish()].flatMap((encoded, keepClass) =>
      encoded ? [{ ...encoded, keepClass: keepClass === 0 ? (0 as const) : (2 as const) }] : [],
    );
    store.commit({
      blocks,
      lastN: n,
      settled: [],
      giveUps: [],
      tombstonesDone: [],
      epochsDone: [],
      devices: [],
      nowMs: Date.now(),
    });
    store.compactOnce(Date.now());
  }
  store.close();
  const bytes = statSync(file).size;
  const started = performance.now();
  const next = new OutboxStore(settings(file), () => nowMs);
  const opened = next.open('next', Date.now());
  const startS = (performance.now() - started) / 1000;
  const waiting = opened.epochs[0]?.waiting.reduce((sum, [from, to]) => sum + to - from + 1, 0) ?? 0;
  next.close();
  rmSync(folder, { recursive: true, force: true });
  if (waiting !== n) throw new Error(`${n} records were taken, ${waiting} wait`);
  return [
    { figure: `file with ${n} records`, value: bytes / 1e6, unit: 'MB', target: '≤ 200 MB', ok: bytes <= 200e6 },
    {
      figure: 'bytes a record of ten 32-bit values',
      value: bytes / n,
      unit: 'B',
      reference: 'values alone 40 B',
      ratio: bytes / n / 40,
    },
    { figure: 'time to open it again', value: startS, unit: 's', target: '≤ 2 s', ok: startS <= 2 },
  ];
}
