import type { LedgerStream } from './delivery-ledger.ts';
import type { RunSum } from './ended-runs.ts';
import type { DeliveryReport } from './host.ts';

/** `taken = stored + waiting + explained`, from the ranges of the runs that are open and the counts of those that ended. */
export function deliveryReport(
  open: readonly LedgerStream[],
  ended: RunSum,
  rest: Pick<DeliveryReport, 'rejectedValues' | 'unprotected' | 'asOfMs'>,
): DeliveryReport {
  const epochs = open.map(({ id, received }) => ({
    epoch: id.epoch,
    lastN: received.lastN,
    stored: received.stored.toArray(),
  }));
  const taken = sum(open, ({ received }) => received.lastN) + ended.lastN;
  const stored = sum(open, ({ received }) => received.stored.count) + ended.stored;
  const explained = sum(open, ({ received }) => received.explainedCount()) + ended.explained;
  return { taken, stored, waiting: taken - stored - explained, explained, ...rest, epochs };
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
