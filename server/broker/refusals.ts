import type { Counter } from 'prom-client';
import type { Logger } from '../../edge/platform/log.ts';
import type { Metrics } from '../../edge/platform/metrics.ts';
import { REFUSALS, type Refusal } from './broker.ts';

/** Log lines a minute for each reason; the counter goes on. */
const MAX_LINES_PER_MINUTE = 20;

/** Counts what the broker refused and says so in the log, without letting a stubborn client fill it. */
export class RefusalLog {
  readonly #logger: Logger;
  readonly #counter: Counter<'reason'>;
  readonly #lines = new Map<Refusal, { minute: number; count: number }>();

  constructor(deps: { readonly logger: Logger; readonly metrics: Metrics }) {
    this.#logger = deps.logger;
    this.#counter = deps.metrics.counter('broker_refused_total', 'Clients and packets refused by the embedded broker', [
      'reason',
    ]);
    for (const reason of REFUSALS) this.#counter.inc({ reason }, 0);
  }

  count(reason: Refusal, facts: Readonly<Record<string, unknown>>): void {
    this.#counter.inc({ reason });
    const minute = Math.floor(performance.now() / 60_000);
    const line = this.#lines.get(reason);
    if (line?.minute !== minute) this.#lines.set(reason, { minute, count: 1 });
    else if (++line.count > MAX_LINES_PER_MINUTE) return;
    this.#logger.warn({ reason, ...facts }, 'broker refused');
  }
}
