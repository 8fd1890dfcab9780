import type { GridClock, ProcessClock } from '../../edge/platform/clock.ts';
import type { Logger } from '../../edge/platform/log.ts';
import type { DeliveryLedger } from './delivery-ledger.ts';
import type { ExplanationLimits } from './explanation-fold.ts';
import type { IngestMetrics } from './ingest-metrics.ts';

/** How much is kept of what is over, for each node. */
export interface LedgerLimits extends ExplanationLimits {
  /** Runs that ended and are settled; of earlier ones the sum. */
  readonly maxEndedRuns: number;
}

/** Age needs no more; number is looked at as soon as something was explained. */
const EVERY_MS = 3_600_000;
const NODES_PER_STEP = 10;

export interface RetentionDeps {
  readonly ledger: DeliveryLedger;
  readonly limits: LedgerLimits;
  readonly gridClock: GridClock;
  readonly processClock: ProcessClock;
  readonly metrics: IngestMetrics;
  readonly logger: Logger;
}

/** Keeps what the ledger has written down within its limits, a few nodes and rows at a time. */
export class DeliveryRetention {
  readonly #deps: RetentionDeps;
  readonly #due = new Set<string>();
  #allDueMs = Number.NEGATIVE_INFINITY;

  constructor(deps: RetentionDeps) {
    this.#deps = deps;
  }

  /** Something of this node was explained. */
  explained(node: string): void {
    this.#due.add(node);
  }

  /** Throws when the state file cannot be written: what was to be done is tried again. */
  step(): void {
    const { ledger, processClock } = this.#deps;
    const nowMs = processClock.nowMs();
    if (nowMs >= this.#allDueMs) {
      this.#allDueMs = nowMs + EVERY_MS;
      for (const node of ledger.nodes()) this.#due.add(node);
    }
    for (const node of [...this.#due].slice(0, NODES_PER_STEP)) this.#fold(node);
  }

  #fold(node: string): void {
    const { ledger, limits, gridClock, metrics, logger } = this.#deps;
    const { explanations, losses, hasMore } = ledger.fold(node, limits, gridClock.nowMs());
    if (!hasMore) this.#due.delete(node);
    if (explanations + losses === 0) return;
    metrics.foldedExplanations.inc({ agent: node }, explanations);
    metrics.foldedLosses.inc({ agent: node }, losses);
    logger.info({ agent: node, explanations, losses }, 'the oldest explanations are only counted from now on');
  }
}
