import type { GridClock } from '../../edge/platform/clock.ts';
import type { Logger } from '../../edge/platform/log.ts';
import type { LiveState } from '../live/live-state.ts';
import type { CommitResult, TelemetryStore } from '../store/telemetry-store.ts';
import type { AckSender } from './ack-sender.ts';
import type { BackfillNotices } from './backfill-notices.ts';
import type { Credit } from './credit.ts';
import type { DeliveryLedger } from './delivery-ledger.ts';
import { isoOf } from './foreign-values.ts';
import type { IngestMetrics } from './ingest-metrics.ts';
import type { PointBuffer } from './point-buffer.ts';
import type { Problems } from './problems.ts';
import type { StateSaver } from './state-saver.ts';

export interface EffectDeps {
  readonly state: LiveState;
  readonly store: TelemetryStore;
  readonly ledger: DeliveryLedger;
  readonly acks: AckSender;
  readonly backfills: BackfillNotices;
  readonly saver: StateSaver;
  readonly metrics: IngestMetrics;
  readonly credit: Credit;
  readonly problems: Problems;
  readonly gridClock: GridClock;
  readonly logger: Logger;
}

/** What follows from a batch being durable: acknowledgements, notices, counts, and epochs that can be forgotten. */
export class StoredEffects {
  readonly #deps: EffectDeps;
  /** Newest reading time that is stored. */
  newestStoredMs = Number.NEGATIVE_INFINITY;

  constructor(deps: EffectDeps) {
    this.#deps = deps;
  }

  committed(batch: PointBuffer, result: CommitResult, durationMs: number): void {
    const { acks, metrics, backfills, credit, ledger } = this.#deps;
    metrics.commit.observe(durationMs / 1000);
    metrics.stored.inc(batch.length - result.rejected.length);
    if (result.rejected.length > 0) this.#rejected(batch, result);
    credit.learn(batch.length, batch.records);
    this.newestStoredMs = Math.max(this.newestStoredMs, batch.maxTimeMs);
    backfills.stored(batch.backfills);
    for (const ref of batch.streamRefs()) {
      const stream = ledger.known(ref.id.node, ref.id.epoch);
      if (stream) acks.request(stream);
    }
  }

  /** Closed epochs of which nothing is open any more leave the memory, and then the store. */
  async forgetClosed(): Promise<void> {
    const { ledger, store, saver, acks, gridClock } = this.#deps;
    const streams = ledger.forgettable();
    if (streams.length > 0 && !saver.saveLedger()) return;
    for (const stream of streams) {
      ledger.forget(stream, gridClock.nowMs());
      acks.requestClosed(stream.id.node, stream.id.epoch, stream.received.lastN);
    }
    const left = ledger.takeLeftInStore();
    for (const stream of left) await store.forget(stream);
  }

  /** The store set values aside: they count against the node that sent them. */
  #rejected(batch: PointBuffer, { rejected }: CommitResult): void {
    const { metrics, ledger, logger, store, state, problems } = this.#deps;
    metrics.rejected.inc(rejected.length);
    const streams = batch.streamRefs();
    const byNode = new Map<string, number>();
    for (const { index, reason } of rejected) {
      const { device = '', metric = '' } = store.series(batch.series[index] ?? -1) ?? {};
      const node = streams[batch.stream[index] ?? -1]?.id.node ?? state.devices.get(device)?.agent;
      if (node === undefined) continue;
      byNode.set(node, (byNode.get(node) ?? 0) + 1);
      const timeMs = Math.floor((batch.timeUs[index] ?? 0) / 1000);
      const number = batch.value[index] ?? Number.NaN;
      const value = Number.isFinite(number) ? number : null;
      const words = `${metric} at ${isoOf(timeMs)}: ${reason}`;
      problems.note('rejected_value', `${node}/${device}`, words, {
        agent: node,
        device,
        metric,
        timeMs,
        value,
        reason,
      });
    }
    for (const [node, values] of byNode) ledger.rejected(node, values);
    logger.warn(
      { values: rejected.length, reason: rejected[0]?.reason },
      'the store refused values; they are set aside',
    );
  }
}
