import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EdgeClock } from '../../../edge/clock-generation.ts';
import { mqttLinks } from '../../../edge/node/link.ts';
import { startNode } from '../../../edge/node/start-node.ts';
import { Outbox } from '../../../edge/outbox/outbox.ts';
import { outboxMetrics } from '../../../edge/outbox/outbox-metrics.ts';
import { workerBackend } from '../../../edge/outbox/worker-backend.ts';
import { systemGridClock, systemProcessClock } from '../../../edge/platform/clock.ts';
import { silentLogger } from '../../../edge/platform/log.ts';
import { Metrics } from '../../../edge/platform/metrics.ts';
import { GOOD } from '../../../edge/protocol/quality.ts';
import type { DeviceDescription } from '../../../edge/reading.ts';
import { nowhere } from '../../support/nowhere-outbox.ts';

export interface BareEdgeOptions {
  readonly url: string;
  readonly node: string;
  readonly devices: readonly DeviceDescription[];
  /** With an outbox on disk and a primary host, or without any guarantee. */
  readonly isKept: boolean;
}

/** Everything of an edge but the buses: outbox, delivery, births, publishing, acknowledgements. */
export async function startBareEdge({ url, node: name, devices, isKept }: BareEdgeOptions) {
  const folder = mkdtempSync(join(tmpdir(), 'gridwarden-bench-'));
  const settings = { file: join(folder, 'outbox.sqlite'), maxBytes: 2 ** 30, maxAgeMs: 90 * 86_400_000 };
  const processClock = systemProcessClock();
  const clock = new EdgeClock(systemGridClock(), processClock);
  const metrics = new Metrics();
  const outbox = new Outbox({
    backend: isKept ? workerBackend(settings) : nowhere,
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
    config: { group: 'bench', node: name, broker, ...(isKept ? { primaryHost: 'gridwarden' } : {}) },
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
  const stop = async () => {
    await node.stop();
    await outbox.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { node, session, delivery, outbox, clock, stop };
}
