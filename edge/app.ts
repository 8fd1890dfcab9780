import { randomBytes } from 'node:crypto';
import { EdgeClock } from './clock-generation.ts';
import type { EdgeConfig } from './config.ts';
import type { LoadedEdge } from './load-config.ts';
import type { EdgeHealth } from './metrics-listener.ts';
import { type Buses, startBuses } from './modbus/buses.ts';
import { learnedFileOf } from './modbus/learned-limits.ts';
import { SLOT_MS } from './modbus/phase.ts';
import { mqttLinks } from './node/link.ts';
import { type StartedNode, startNode } from './node/start-node.ts';
import { Outbox } from './outbox/outbox.ts';
import { outboxMetrics } from './outbox/outbox-metrics.ts';
import { workerBackend } from './outbox/worker-backend.ts';
import { systemProcessClock } from './platform/clock.ts';
import { gridClockOf } from './platform/common-config.ts';
import { keepTrying } from './platform/keep-trying.ts';
import type { Logger } from './platform/log.ts';
import { Metrics } from './platform/metrics.ts';
import type { Service } from './platform/process.ts';
import { byteSize, durationMs } from './platform/units.ts';
import { PollWatch } from './poll-figures.ts';
import { loadAside } from './reload/load-aside.ts';
import { descriptionsOf, Reload } from './reload/reload.ts';
import { serveStatus } from './status/listen.ts';
import { StatusPages } from './status/serve.ts';

const EPOCH_BYTES = 12;
/** Records that wait in memory, for a slow disk or one without room. */
const MAX_MEMORY_BYTES = 64 * 1024 * 1024;
/** Stopping waits so long for reads under way; the goodbye has to be out within 5 s. */
const STOP_READING_MS = 2000;

export interface EdgeOptions {
  readonly logger: Logger;
  /** Ends the waiting for an outbox that cannot be opened yet. */
  readonly signal: AbortSignal;
  readonly version: string;
  readonly onFatal: (error: unknown) => void;
}

export interface Edge extends Service {
  /** Reads the configuration again and takes over what can be changed at run time. */
  reload(): void;
}

/**
 * Builds an edge: configuration → models → outbox → node → buses. It waits for an outbox that another process holds or
 * that cannot be written yet.
 *
 * @throws GridwardenError STORE_FOREIGN, SCHEMA_NEWER, MODEL_UNKNOWN
 */
export async function startEdge(loaded: LoadedEdge, options: EdgeOptions): Promise<Edge> {
  const { config, models } = loaded;
  const { logger, signal, onFatal, version } = options;
  const processClock = systemProcessClock();
  const clock = new EdgeClock(gridClockOf(config.clock), processClock, (step) => {
    logger.warn(step, 'the wall clock was set; a new clock generation begins');
  });
  const metrics = new Metrics();
  metrics.collectProcessMetrics();
  const trying = { processClock, random: Math.random, logger, signal };
  if (config.primaryHost === undefined) {
    logger.warn('no primaryHost is configured: nothing is acknowledged, and records stay until the outbox is full');
  }

  const devices = descriptionsOf(loaded);
  const outbox = new Outbox({
    backend: workerBackend(storeSettings(config)),
    epoch: randomBytes(EPOCH_BYTES).toString('base64url'),
    gridClock: clock,
    processClock,
    logger,
    metrics: outboxMetrics(metrics),
    maxMemoryBytes: MAX_MEMORY_BYTES,
    slotMs: SLOT_MS * clock.speed,
  });
  const layouts = devices.flatMap((device) => device.layouts);
  const rows = devices.map(({ id, model, kind }) => ({ id, model, kind, serial: undefined }));
  const opened = await keepTrying(() => outbox.open(layouts, rows), trying);

  let buses: Buses | undefined;
  const poll = new PollWatch(() => buses?.usage(), processClock);
  const started = startNode({
    config,
    devices,
    outbox,
    opened,
    openLink: mqttLinks(config.broker, processClock),
    clock,
    processClock,
    random: Math.random,
    logger,
    metrics,
    version,
    poll: () => poll.figures,
    onFatal,
  });
  buses = startBuses({
    buses: config.buses,
    models,
    sink: started.node,
    gridClock: clock,
    processClock,
    random: Math.random,
    logger,
    metrics,
    learnedHolesFile: learnedFileOf(config.outbox.path),
    loadProfilesFile: `${config.outbox.path}.load-profiles.json`,
    clockGeneration: () => clock.generation,
  });
  const { node } = started;
  const reload = new Reload({ loaded, load: loadAside, buses, node, outbox, logger, wallMs: Date.now });
  const health = () => healthOf(config, started, outbox);
  const { group, node: nodeId } = config;
  const { file: path, maxBytes } = storeSettings(config);
  const status = new StatusPages({
    ...{
      group,
      node: nodeId,
      version,
      pid: process.pid,
      startedMs: Date.now(),
      wallMs: Date.now,
      processClock,
      clock,
      started,
      outbox,
    },
    configuration: () => reload.state,
    outboxFile: { path, maxBytes },
    buses: () => buses.report(),
  });
  const listener = await serveStatus(config.metrics?.listen, { metrics, health, status }, path, trying);
  return {
    reload: () => reload.ask(),
    async stop() {
      const reloaded = reload.stop();
      await Promise.race([
        reloaded.then(() => buses.stop()),
        new Promise<void>((resolve) => processClock.setTimer(STOP_READING_MS, resolve)),
      ]);
      await outbox.flush();
      await started.node.stop();
      await outbox.stop();
      await listener.stop();
    },
  };
}

function storeSettings({ outbox }: EdgeConfig) {
  return { file: outbox.path, maxBytes: byteSize(outbox.maxBytes), maxAgeMs: durationMs(outbox.maxAge) };
}

function healthOf(config: EdgeConfig, { session }: StartedNode, outbox: Outbox): Record<string, EdgeHealth> {
  const { unprotected } = outbox.stats();
  const isAway = !session.isReady;
  const wanted = config.primaryHost === undefined ? 'a broker' : `the primary host ${config.primaryHost}`;
  return {
    broker: { ok: !isAway, reason: isAway ? `there is no session with ${wanted}` : 'the session stands' },
    outbox: {
      ok: unprotected === 0,
      reason: unprotected === 0 ? 'records are on disk' : `${unprotected} records wait in memory only`,
    },
  };
}
