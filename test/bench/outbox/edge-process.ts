import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EdgeClock } from '../../../edge/clock-generation.ts';
import { mqttLinks } from '../../../edge/node/link.ts';
import { startNode } from '../../../edge/node/start-node.ts';
import type { OutboxBackend } from '../../../edge/outbox/backend.ts';
import { Outbox } from '../../../edge/outbox/outbox.ts';
import { outboxMetrics } from '../../../edge/outbox/outbox-metrics.ts';
import { workerBackend } from '../../../edge/outbox/worker-backend.ts';
import { systemGridClock, systemProcessClock } from '../../../edge/platform/clock.ts';
import { silentLogger } from '../../../edge/platform/log.ts';
import { Metrics } from '../../../edge/platform/metrics.ts';
import { GOOD } from '../../../edge/protocol/quality.ts';
import { meters, readOf } from './feed.ts';

/** An edge without buses, fed at a steady rate: url, devices, records a second, seconds, backlog records, disk or none. */
const [url = '', deviceCount = '1000', perSecond = '1000', seconds = '10', backlog = '0', disk = 'disk'] =
  process.argv.slice(2);
const rate = Number(perSecond);
const folder = mkdtempSync(join(tmpdir(), 'gridwarden-bench-'));

/** Keeps nothing: what an edge without a guarantee would do. */
const nowhere: OutboxBackend = {
  open: async () => ({
    epochs: [],
    layouts: [],
    devices: [],
    tombstones: [],
    bdSeq: undefined,
    usedBytes: 0,
    notes: [],
  }),
  register: async (layouts) => layouts.map((_, index) => index + 1),
  commit: async () => ({ persisted: 'all', tombstones: [], losses: [], usedBytes: 0, notes: [] }),
  read: async () => ({ blocks: [], coveredTo: 0 }),
  compactOnce: async () => false,
  saveBdSeq: async () => {},
  close: async () => {},
};

const settings = { file: join(folder, 'outbox.sqlite'), maxBytes: 2 ** 30, maxAgeMs: 90 * 86_400_000 };
const processClock = systemProcessClock();
const clock = new EdgeClock(systemGridClock(), processClock);
const metrics = new Metrics();
const devices = meters(Number(deviceCount));
const outbox = new Outbox({
  backend: disk === 'disk' ? workerBackend(settings) : nowhere,
  epoch: `bench-${process.pid}`,
  gridClock: clock,
  processClock,
  logger: silentLogger(),
  metrics: outboxMetrics(metrics),
  maxMemoryBytes: 64 * 2 ** 20,
});
const opened = await outbox.open(
  devices.flatMap(({ layouts }) => layouts),
  [],
);
const broker = { urls: [url] };
const { node, session, delivery } = startNode({
  config: { group: 'bench', node: 'agent', broker, ...(disk === 'disk' ? { primaryHost: 'gridwarden' } : {}) },
  devices,
  outbox,
  opened,
  openLink: mqttLinks(broker, processClock),
  clock,
  processClock,
  random: Math.random,
  logger: silentLogger(),
  metrics,
  version: '0',
  poll: () => ({ slowestMs: 1, medianMs: 1, missed: 0 }),
  onFatal: (error) => {
    throw error;
  },
});
for (const { id } of devices) node.health({ device: id, up: true, quality: GOOD, sinceMs: 0 });

let next = 0;
function feed(count: number): void {
  for (let index = 0; index < count; index++) {
    const device = devices[next++ % devices.length];
    if (device) node.take(readOf(device, 'fast', clock.nowMs()));
  }
}

async function steady(forSeconds: number): Promise<void> {
  const started = performance.now();
  for (let sent = 0; performance.now() - started < forSeconds * 1000; ) {
    const due = Math.floor(((performance.now() - started) / 1000) * rate) - sent;
    feed(due);
    sent += due;
    await delay(20);
  }
}

// A backlog is what comes before the session.
for (let rest = Number(backlog); rest > 0; rest -= 10_000) {
  feed(Math.min(rest, 10_000));
  await outbox.flush();
}
while (!session.isReady) await delay(5);
const drainStarted = performance.now();
while (Number(backlog) > 0 && delivery.waiting > 0) await delay(5);
const drainSeconds = (performance.now() - drainStarted) / 1000;
await steady(2);
const cpu = process.cpuUsage();
const before = next;
await steady(Number(seconds));
const { user, system } = process.cpuUsage(cpu);
const measured = next - before;
for (let waited = 0; waited < 200 && disk === 'disk' && delivery.waiting > 0; waited++) await delay(50);
const { waiting } = delivery;
process.send?.({
  cpuUs: user + system,
  records: measured,
  taken: next,
  waiting,
  drainSeconds,
  rssMiB: process.memoryUsage.rss() / 2 ** 20,
});
await node.stop();
await outbox.stop();
rmSync(folder, { recursive: true, force: true });
process.exit();
