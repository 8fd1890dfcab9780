import type { Service } from '../../edge/platform/process.ts';
import { durationMs } from '../../edge/platform/units.ts';
import { IMPORT_NODE, type ReceivedRanges } from '../store/telemetry-store.ts';
import { AckSender } from './ack-sender.ts';
import { BackfillNotices } from './backfill-notices.ts';
import { BrokerSession } from './broker-session.ts';
import { CommandSender } from './command-sender.ts';
import { CommitPipeline } from './commit-pipeline.ts';
import type { IngestContext } from './context.ts';
import { Credit } from './credit.ts';
import { DeliveryLedger } from './delivery-ledger.ts';
import { DeliveryRetention } from './delivery-retention.ts';
import { DeliveryState } from './delivery-state.ts';
import { DEFAULT_LIMITS, type HostDeps } from './deps.ts';
import { Directory } from './directory.ts';
import type { SparkplugHost } from './host.ts';
import { HostApplication } from './host-application.ts';
import { Inbox } from './inbox.ts';
import { IngestMetrics } from './ingest-metrics.ts';
import { Problems } from './problems.ts';
import { Quarantine } from './quarantine.ts';
import { RebirthRequests } from './rebirth-requests.ts';
import { Registry } from './registry.ts';
import { StateSaver } from './state-saver.ts';
import { StoredEffects } from './stored-effects.ts';
import { WaitingPoints } from './waiting-points.ts';

/**
 * Starts the Sparkplug host application: it takes over the ranges that the store has, then connects to every broker of the
 * list. It does not wait for them; `broker()` of the result says whether they are there.
 *
 * @throws GridwardenError SECRET_UNREADABLE; errors of `store.received`
 */
export async function startSparkplugHost(deps: HostDeps): Promise<SparkplugHost & Service> {
  // Imports settle ranges in the same store; they are of no node.
  const received = (await deps.store.received()).filter(({ stream }) => stream.node !== IMPORT_NODE);
  const application = assemble(deps, received);
  application.start();
  return application;
}

function assemble(deps: HostDeps, received: readonly ReceivedRanges[]): HostApplication {
  const limits = { ...DEFAULT_LIMITS, ...deps.limits };
  const { state, store, gridClock, processClock, logger, random } = deps;
  const metrics = new IngestMetrics(deps.metrics);
  const problems = new Problems(deps.metrics, () => gridClock.nowMs());
  const quarantine = new Quarantine(deps.quarantineFolder, limits.maxQuarantineBytes, logger, deps.metrics);
  const directory = new Directory(deps.database);
  const ledger = new DeliveryLedger(new DeliveryState(deps.database), received, (agent, reason, records, values) => {
    metrics.explained.inc({ agent, reason }, records);
    metrics.lost.inc({ agent, reason }, values);
    retention.explained(agent);
  });
  // Of readings that are not kept any more nothing needs an explanation.
  const maxExplanationAgeMs = durationMs(deps.config.retention.registers);
  const retentionLimits = { ...limits, maxExplanationAgeMs };
  const retention = new DeliveryRetention({
    ...{ ledger, gridClock, processClock, metrics, logger },
    limits: retentionLimits,
  });
  const waiting = new WaitingPoints(limits.maxWaitingPoints, limits.maxBatchPoints);
  const registry = new Registry(state);
  const saver = new StateSaver({ directory, ledger, gridClock, processClock, logger });
  const commands = new CommandSender({ registry, gridClock, metrics });
  const credit = new Credit(waiting, registry);
  const acks = new AckSender({
    hostId: deps.config.host,
    intervalMs: limits.ackIntervalMs,
    processClock,
    credit: (node) => credit.of(node),
    save: () => saver.saveLedger(),
    publish: (node, ack) => commands.acknowledge(node, ack),
  });
  const rebirths = new RebirthRequests(
    { intervalMs: limits.rebirthIntervalMs, maxPerSecond: limits.maxRebirthsPerSecond, maxNodes: limits.maxNodes },
    processClock,
    (wish) => commands.askForBirth(wish),
  );
  const backfills = new BackfillNotices(processClock);
  const effects = new StoredEffects({
    state,
    store,
    ledger,
    acks,
    backfills,
    saver,
    metrics,
    credit,
    problems,
    gridClock,
    logger,
  });
  const pipeline = new CommitPipeline(
    { intervalMs: limits.commitIntervalMs },
    {
      store,
      waiting,
      processClock,
      random,
      logger,
      beforeCommit: () => saver.saveOrThrow(),
      committed: (batch, result, durationMs) => effects.committed(batch, result, durationMs),
    },
  );
  const context: IngestContext = {
    ...{ state, store, gridClock, processClock, logger, limits, metrics, problems, quarantine, directory },
    ...{ ledger, waiting, registry, rebirths, acks },
    wake: () => {
      pipeline.wake();
      saver.wake();
    },
  };
  const inbox = new Inbox({ reorderTimeoutMs: durationMs(deps.config.reorderTimeout) }, context);
  const application = new HostApplication({ context, pipeline, saver, commands, backfills, effects, retention });
  const sessions = deps.broker.urls.map(
    (url, index) =>
      new BrokerSession({
        url,
        index,
        broker: deps.broker,
        hostId: deps.config.host,
        ...{ gridClock, processClock, random, logger },
        message: (session, topic, payload, isRetained) => inbox.receive(session, topic, payload, isRetained),
        online: (session) => application.online(session),
        offline: (session) => application.offline(session),
      }),
  );
  application.use(sessions);
  deps.metrics.gauge('ingest_waiting_values', 'Values that wait for the store', [], () => waiting.points);
  deps.metrics.gauge('ingest_nodes_online', 'Edge nodes online', [], () => countOnline(state.agents.values()));
  deps.metrics.gauge('ingest_devices_online', 'Devices online', [], () => countOnline(state.devices.values()));
  return application;
}

function countOnline(items: Iterable<{ readonly presence: string }>): number {
  let online = 0;
  for (const { presence } of items) if (presence === 'online') online += 1;
  return online;
}
