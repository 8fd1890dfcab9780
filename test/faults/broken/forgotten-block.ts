/**
 * Loaded into an edge before it starts (`node --import`), this breaks it: of what waited in its outbox when it was killed
 * it takes the oldest records, as many as a block holds at this pace, for settled and never sends them. The server then
 * explains the numbers as lost; the ledger must show that nobody tore the outbox in which they were.
 */
import type { EarlierEpoch } from '../../../edge/outbox/change.ts';
import { Outbox } from '../../../edge/outbox/outbox.ts';

const RECORDS_OF_A_BLOCK = 3;

const { open } = Outbox.prototype;

Outbox.prototype.open = async function (...parameters) {
  const opened = await open.apply(this, parameters);
  return { ...opened, epochs: opened.epochs.map(withoutOldest) };
};

function withoutOldest(epoch: EarlierEpoch): EarlierEpoch {
  const from = (epoch.waiting[0]?.[0] ?? 0) + RECORDS_OF_A_BLOCK;
  const waiting = epoch.waiting.flatMap(([first, last]) =>
    last < from ? [] : [[Math.max(first, from), last] as const],
  );
  return { ...epoch, waiting };
}
