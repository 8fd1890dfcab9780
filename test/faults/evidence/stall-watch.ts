import { open, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** A time in which this machine did not get on. */
export interface Stall {
  readonly fromMs: number;
  readonly toMs: number;
}

const BEAT_MS = 50;
/** A beat that takes longer than this has been held up. */
const USUAL_MS = 100;

/**
 * Watches whether this machine gets on: a beat writes a few bytes to disk, and is late when no process is given its turn
 * or the disk holds everybody up. What an edge does not do in such a time is not its fault.
 */
export function watchStalls(file: string): AsyncDisposable & { readonly stalls: readonly Stall[] } {
  const stalls: Stall[] = [];
  let isStopped = false;
  const watching = beat(file, stalls, () => isStopped);
  return {
    stalls,
    async [Symbol.asyncDispose]() {
      isStopped = true;
      await watching;
    },
  };
}

async function beat(file: string, stalls: Stall[], isStopped: () => boolean): Promise<void> {
  const handle = await open(file, 'w');
  try {
    for (let beforeMs = Date.now(); !isStopped(); ) {
      await delay(BEAT_MS);
      await handle.write('beat\n', 0);
      await handle.datasync();
      const nowMs = Date.now();
      if (nowMs - beforeMs > USUAL_MS) stalls.push({ fromMs: beforeMs + BEAT_MS, toMs: nowMs });
      beforeMs = nowMs;
    }
  } finally {
    await handle.close();
    await rm(file, { force: true });
  }
}

/** The moment before `toMs` since which this machine has got on for `forMs` altogether. */
export function beforeStalls(toMs: number, forMs: number, stalls: readonly Stall[]): number {
  let fromMs = toMs - forMs;
  for (const stall of stalls.toSorted((a, b) => b.toMs - a.toMs)) {
    if (stall.fromMs >= toMs || stall.toMs <= fromMs) continue;
    fromMs -= Math.min(toMs, stall.toMs) - stall.fromMs;
  }
  return fromMs;
}
