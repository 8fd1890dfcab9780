import type { Timer } from '../../edge/platform/clock.ts';
import { messageOf } from '../../edge/platform/errors.ts';
import type { Service } from '../../edge/platform/process.ts';
import { NODE_METRICS } from '../../edge/protocol/delivery.ts';
import type { LiveState } from '../live/live-state.ts';
import { ORIGINS } from '../store/telemetry-store.ts';
import type { BackfillNotices } from './backfill-notices.ts';
import type { BrokerSession } from './broker-session.ts';
import type { CommandSender } from './command-sender.ts';
import type { CommandValue } from './commands.ts';
import type { CommitPipeline } from './commit-pipeline.ts';
import type { IngestContext } from './context.ts';
import type { DeliveryRetention } from './delivery-retention.ts';
import type {
  Backfill,
  DeliveryReport,
  ExplanationsPart,
  ExplanationsRequest,
  HealthReport,
  LostValues,
  PendingPoint,
  SparkplugHost,
} from './host.ts';
import type { IngestProblem } from './problems.ts';
import type { StateSaver } from './state-saver.ts';
import type { StoredEffects } from './stored-effects.ts';

const CONFLICT = ORIGINS.indexOf('conflict');
/** Nodes that wait for this host come by themselves (births within 3 s of its STATE); the others are asked after this. */
const ASK_AFTER_MS = 5000;
const HOUSEKEEPING_MS = 5000;

export interface ApplicationParts {
  readonly context: IngestContext;
  readonly pipeline: CommitPipeline;
  readonly saver: StateSaver;
  readonly commands: CommandSender;
  readonly backfills: BackfillNotices;
  readonly effects: StoredEffects;
  readonly retention: DeliveryRetention;
}

/** The host application as the rest of the server sees it. */
export class HostApplication implements SparkplugHost, Service {
  readonly #parts: ApplicationParts;
  #sessions: readonly BrokerSession[] = [];
  #askTimers = new Map<BrokerSession, Timer>();
  #housekeeping: Timer | undefined;
  #forgetting: Promise<void> = Promise.resolve();

  constructor(parts: ApplicationParts) {
    this.#parts = parts;
  }

  get state(): LiveState {
    return this.#parts.context.state;
  }

  use(sessions: readonly BrokerSession[]): void {
    this.#sessions = sessions;
  }

  start(): void {
    for (const session of this.#sessions) session.start();
    this.#keepHouse();
  }

  broker(): HealthReport {
    const lost = this.#sessions.filter((session) => !session.isOnline);
    const shown = lost.length > 0 ? lost : this.#sessions;
    return { ok: lost.length === 0, reason: shown.map((session) => session.reason).join('; ') };
  }

  async requestRebirth(agent: string, device?: string): Promise<void> {
    this.#parts.commands.requestRebirth(agent, device);
  }

  async writeMetric(agent: string, device: string | undefined, metric: string, value: CommandValue): Promise<void> {
    this.#parts.commands.writeMetric(agent, device, metric, value);
  }

  delivery(agent: string): DeliveryReport | undefined {
    const { ledger, gridClock, state } = this.#parts.context;
    const unprotected = state.agents.get(agent)?.metrics.get(NODE_METRICS.unprotected)?.value;
    return ledger.report(agent, typeof unprotected === 'number' ? unprotected : 0, gridClock.nowMs());
  }

  explanations(agent: string, request: ExplanationsRequest): ExplanationsPart {
    return this.#parts.context.ledger.explanations(agent, request);
  }

  lostValues(device: string): readonly LostValues[] {
    return this.#parts.context.ledger.lostValues(device);
  }

  storedUntilMs(): number {
    const { waiting, gridClock } = this.#parts.context;
    const waitingFromMs = waiting.minTimeMs();
    const nowMs = gridClock.nowMs();
    return Number.isFinite(waitingFromMs) ? Math.min(nowMs, waitingFromMs - 1) : nowMs;
  }

  pending(series: ReadonlySet<number>, fromMs: number, toMs: number): readonly PendingPoint[] {
    return this.#parts.context.waiting.pending(series, fromMs, toMs, CONFLICT);
  }

  onBackfill(listener: (backfill: Backfill) => void): () => void {
    return this.#parts.backfills.listen(listener);
  }

  problems(): readonly IngestProblem[] {
    return this.#parts.context.problems.list();
  }

  /** Why readings wait; undefined when the last commit succeeded. */
  storeFailure(): string | undefined {
    return this.#parts.pipeline.failure;
  }

  online(session: BrokerSession): void {
    const { processClock, registry, rebirths, state } = this.#parts.context;
    const timer = processClock.setTimer(ASK_AFTER_MS, () => {
      this.#askTimers.delete(session);
      for (const agent of state.agents.values()) {
        const node = registry.node(agent.id);
        // Known from before the restart, or lost with the connection; one that has died will come by itself.
        const isWanted = node ? !node.isBorn && agent.presence === 'stale' && node.channel === session : true;
        if (isWanted) rebirths.request(agent.group, agent.node, session);
      }
    });
    this.#askTimers.set(session, timer);
  }

  /** Everything that was heard by this broker is stale until it is born again. */
  offline(session: BrokerSession): void {
    this.#askTimers.get(session)?.cancel();
    const { registry, gridClock } = this.#parts.context;
    const nowMs = gridClock.nowMs();
    for (const node of registry.nodes()) {
      if (node.channel === session && node.isBorn) registry.nodeGone(node, 'stale', nowMs);
    }
  }

  /** Says offline and disconnects, then stores what was received and acknowledges nothing more. */
  async stop(): Promise<void> {
    const { context, pipeline, saver, backfills } = this.#parts;
    this.#housekeeping?.cancel();
    for (const timer of this.#askTimers.values()) timer.cancel();
    context.rebirths.stop();
    await Promise.all(this.#sessions.map((session) => session.stop()));
    context.acks.stop();
    for (const node of context.registry.nodes()) node.cancelTimers();
    await this.#forgetting;
    await pipeline.stop();
    saver.stop();
    backfills.stop();
    await context.quarantine.flush();
  }

  #keepHouse(): void {
    const { processClock, logger } = this.#parts.context;
    this.#housekeeping = processClock.setTimer(HOUSEKEEPING_MS, () => {
      this.#forgetting = this.#parts.effects
        .forgetClosed()
        .then(() => this.#parts.retention.step())
        .catch((error: unknown) => logger.error({ error: messageOf(error) }, 'what is over cannot be put away'));
      this.#keepHouse();
    });
  }
}
