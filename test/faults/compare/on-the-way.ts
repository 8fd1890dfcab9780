import type { FaultKind } from '../plan/fault.ts';
import type { LoggedFault } from '../plan/fault-log.ts';
import { LINK } from '../system/layout.ts';

/** So long a server that is undisturbed takes, at most, until it takes records on, and until the store has them. */
const USUALLY_MS = 5000;

const PATH_FAULTS: readonly FaultKind[] = ['kill', 'freeze', 'cut', 'black_hole'];
const STORE_FAULTS: readonly FaultKind[] = [...PATH_FAULTS, 'store_busy', 'store_down'];

/**
 * Whether what an edge sent at `sentMs` may have been lost before the store had it: something on its way was disturbed, or
 * was while the store took nothing. A server that lives on keeps what it was sent, whatever becomes of the edge.
 */
export function mayBeLostOnItsWay(edge: string, sentMs: number, faults: readonly LoggedFault[]): boolean {
  const path = ['server', 'broker', LINK.broker('server'), LINK.broker(edge)];
  const onPath = faults.filter(({ kind, target }) => PATH_FAULTS.includes(kind) && path.includes(target));
  const untilMs = storedBy(sentMs, faults);
  return onPath.some(({ fromMs, toMs }) => toMs >= sentMs - USUALLY_MS && fromMs <= untilMs);
}

/** When a store has, at the latest, what was sent at `sentMs` to a server that lives. */
function storedBy(sentMs: number, faults: readonly LoggedFault[]): number {
  const ofStore = faults.filter(
    ({ kind, target }) => STORE_FAULTS.includes(kind) && (target === 'store' || target === LINK.store),
  );
  let untilMs = sentMs + USUALLY_MS;
  for (const { fromMs, toMs } of ofStore.toSorted((a, b) => a.fromMs - b.fromMs)) {
    if (toMs >= sentMs && fromMs <= untilMs) untilMs = Math.max(untilMs, toMs + USUALLY_MS);
  }
  return untilMs;
}
