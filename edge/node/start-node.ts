import type { EdgeClock } from '../clock-generation.ts';
import type { EdgeConfig } from '../config.ts';
import type { OpenedOutbox } from '../outbox/change.ts';
import { DELIVERY_DEFAULTS, Delivery, type DeliverySettings } from '../outbox/delivery.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { ProcessClock, Random } from '../platform/clock.ts';
import type { Logger } from '../platform/log.ts';
import type { Metrics } from '../platform/metrics.ts';
import { DELIVERY, NODE_METRICS } from '../protocol/delivery.ts';
import type { DeviceDescription } from '../reading.ts';
import { AliasBook } from './alias-book.ts';
import { BacklogSender } from './backlog-sender.ts';
import { BirthRound } from './birth-round.ts';
import { BrokerWalk } from './broker-walk.ts';
import { DeviceRegistry } from './device-registry.ts';
import { DeviceVoice } from './device-voice.ts';
import { EdgeNode } from './edge-node.ts';
import type { OpenLink } from './link.ts';
import { LiveSender } from './live-sender.ts';
import { nodeMetrics } from './node-metrics.ts';
import { type NodeReaders, NodeTable } from './node-table.ts';
import { ReportSender } from './report-sender.ts';
import { SparkplugSession } from './session.ts';

/** What the node is made of that others bring. */
export interface NodeOptions {
  readonly config: Pick<EdgeConfig, 'group' | 'node' | 'primaryHost' | 'broker' | 'clock'>;
  readonly devices: readonly DeviceDescription[];
  readonly outbox: Outbox;
  /** What the outbox held when it was opened. */
  readonly opened: OpenedOutbox;
  readonly openLink: OpenLink;
  readonly clock: EdgeClock;
  readonly processClock: ProcessClock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly version: string;
  /** Usual durations of reads, ms, and missed deadlines. */
  readonly poll: () => {
    readonly slowestMs: number | undefined;
    readonly medianMs: number | undefined;
    readonly missed: number;
  };
  readonly onFatal: (error: unknown) => void;
  /** Changes of how delivery behaves; for tests and benchmarks. */
  readonly delivery?: Partial<DeliverySettings>;
}

export interface StartedNode {
  readonly node: EdgeNode;
  readonly session: SparkplugSession;
  readonly delivery: Delivery;
}

/** Puts the node together and lets it connect. */
export function startNode(options: NodeOptions): StartedNode {
  const { config, outbox, opened, processClock, clock, logger } = options;
  const aliases = new AliasBook();
  const metrics = nodeMetrics(options.metrics);
  const settings = { ...DELIVERY_DEFAULTS, primaryHost: config.primaryHost, ...options.delivery };
  const delivery = new Delivery(settings, outbox.epoch, opened.epochs);
  const table = new NodeTable(
    aliases,
    readersOf(options, delivery, () => registry),
  );
  const registry = new DeviceRegistry(aliases, options.devices, opened.devices);
  if (delivery.waiting > 0) registry.expect(outbox.layouts.values());
  const session = new SparkplugSession({
    group: config.group,
    node: config.node,
    clientId: config.broker.clientId ?? `gridwarden-${config.group}-${config.node}`,
    primaryHost: config.primaryHost,
    openLink: options.openLink,
    walk: new BrokerWalk(config.broker.urls, options.random),
    gridClock: clock,
    processClock,
    logger,
    metrics,
    bdSeq: opened.bdSeq,
    saveBdSeq: (bdSeq) => outbox.saveBdSeq(bdSeq),
  });
  const voice = new DeviceVoice(session, clock, aliases, outbox.epoch);
  const parts = { outbox, delivery, session, registry, voice, table, clock, processClock, logger, metrics };
  const births = new BirthRound(parts);
  const live = new LiveSender(parts);
  const backlog = new BacklogSender(parts);
  const reports = new ReportSender(parts);
  for (const tombstone of opened.tombstones) reports.owe(tombstone);
  const node = new EdgeNode({ ...parts, births, live, backlog, reports, onFatal: options.onFatal });
  outbox.listen(node);
  node.start();
  return { node, session, delivery };
}

/** Where the node's own metrics come from. */
function readersOf(options: NodeOptions, delivery: Delivery, registry: () => DeviceRegistry): NodeReaders {
  const { config, outbox, processClock, version, poll } = options;
  const startMs = processClock.nowMs();
  const { start, wallStart, speed } = config.clock ?? {};
  return {
    [NODE_METRICS.software]: () => 'gridwarden',
    [NODE_METRICS.version]: () => version,
    [NODE_METRICS.clockStart]: () => (start === undefined ? undefined : Date.parse(start)),
    [NODE_METRICS.clockWallStart]: () => (wallStart === undefined ? undefined : Date.parse(wallStart)),
    [NODE_METRICS.clockSpeed]: () => speed ?? 1,
    [NODE_METRICS.uptime]: () => Math.floor((processClock.nowMs() - startMs) / 1000),
    [NODE_METRICS.devices]: () => registry().configured.length,
    [NODE_METRICS.devicesUp]: () => registry().configured.filter(({ isUp }) => isUp === true).length,
    [NODE_METRICS.waiting]: () => delivery.waiting,
    [NODE_METRICS.bytes]: () => outbox.stats().bytes,
    [NODE_METRICS.unprotected]: () => outbox.stats().unprotected,
    [NODE_METRICS.cycleMax]: () => poll().slowestMs,
    [NODE_METRICS.cycleMedian]: () => poll().medianMs,
    [NODE_METRICS.missed]: () => poll().missed,
    [DELIVERY.last]: () => (outbox.lastN === 0 ? undefined : outbox.lastN),
  };
}
