import { Backoff } from './backoff.ts';
import type { ProcessClock, Random } from './clock.ts';
import { GridwardenError } from './errors.ts';
import type { Logger } from './log.ts';

export interface TryOptions {
  readonly processClock: ProcessClock;
  readonly random: Random;
  readonly logger: Logger;
  /** Ends the waiting: the promise rejects with its reason. */
  readonly signal: AbortSignal;
  /** Told of each failure that is going to be retried. */
  readonly onWaiting?: (reason: string) => void;
}

const BACKOFF = { firstMs: 500, maxMs: 10_000 } as const;

/**
 * Tries until it works, as long as the world is at fault (errors of class `retry`); says so once for each new reason.
 * @throws what `attempt` throws of another class
 */
export async function keepTrying<T>(attempt: () => Promise<T> | T, options: TryOptions): Promise<T> {
  const backoff = new Backoff(BACKOFF, options.random);
  let said: string | undefined;
  for (;;) {
    options.signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof GridwardenError) || error.class !== 'retry') throw error;
      if (error.message !== said) options.logger.warn({ code: error.code }, `${error.message}; trying again`);
      said = error.message;
      options.onWaiting?.(said);
      await pause(backoff.nextMs(), options);
    }
  }
}

function pause(delayMs: number, { processClock, signal }: TryOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      timer.cancel();
      reject(signal.reason);
    };
    const timer = processClock.setTimer(delayMs, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
