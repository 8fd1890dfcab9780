import type { Delivery } from '../outbox/delivery.ts';
import type { Outbox } from '../outbox/outbox.ts';

/** Blocks of an epoch that are looked at: the first ones may hold only what is about to be deleted. */
const MAX_BLOCKS = 4;

/** When the oldest record that waits was read, UTC ms; undefined when none waits, or none is on disk yet. */
export async function oldestWaitingMs(
  delivery: Pick<Delivery, 'earlierEpochs' | 'isWaiting' | 'first' | 'waiting'>,
  outbox: Pick<Outbox, 'epoch' | 'read'>,
): Promise<number | undefined> {
  if (delivery.waiting === 0) return undefined;
  const earlier = delivery.earlierEpochs().filter(({ waiting }) => waiting > 0);
  const places = [...earlier.map(({ epoch }) => ({ epoch, from: 0 })), { epoch: outbox.epoch, from: delivery.first }];
  for (const { epoch, from } of places) {
    const oldestMs = await oldestOf(epoch, from, delivery, outbox);
    if (oldestMs !== undefined) return oldestMs;
  }
  return undefined;
}

async function oldestOf(
  epoch: string,
  first: number,
  delivery: Pick<Delivery, 'isWaiting'>,
  outbox: Pick<Outbox, 'read'>,
): Promise<number | undefined> {
  let from = first;
  for (let block = 0; block < MAX_BLOCKS && Number.isSafeInteger(from); block++) {
    let oldestMs = Infinity;
    const coveredTo = await outbox.read(epoch, from, 1, (records) => {
      for (const { n, timeMs } of records) if (delivery.isWaiting(epoch, n)) oldestMs = Math.min(oldestMs, timeMs);
    });
    if (oldestMs < Infinity) return oldestMs;
    from = coveredTo + 1;
  }
  return undefined;
}
