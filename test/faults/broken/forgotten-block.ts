/**
 * Loaded into an edge before it starts (`node --import`), this breaks it: of what waited in its outbox when it was killed
 * it takes as many records as a block holds at this pace for settled and never sends them. They are taken from the middle:
 * the oldest may have been stored although no acknowledgement came back, and the newest may be no one's because of the
 * kill. The server then explains the numbers as lost; the ledger must show that nobody tore the outbox in which they were.
 */
import type { EarlierEpoch } from '../../../edge/outbox/change.ts';
import { Outbox } from '../../../edge/outbox/outbox.ts';

const RECORDS_OF_A_BLOCK = 3;

const { open } = Outbox.prototype;

Outbox.prototype.open = async function (...parameters) {
  const opened = await open.apply(this, parameters);
  return { ...opened, epochs: opened.epochs.map(withoutMiddle) };
};

function withoutMiddle(epoch: EarlierEpoch): EarlierEpoch {
  const numbers = epoch.waiting.flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, at) => first + at),
  );
  const from = Math.max(0, Math.floor((numbers.length - RECORDS_OF_A_BLOCK) / 2));
  numbers.splice(from, RECORDS_OF_A_BLOCK);
  return { ...epoch, waiting: numbers.map((n) => [n, n] as const) };
}
