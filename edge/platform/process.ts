import { GridwardenError, messageOf } from './errors.ts';
import type { Logger } from './log.ts';

/** Exit codes of every gridwarden process. */
export const EXIT = { ok: 0, failed: 1, badConfig: 2 } as const;

/** Something that was started and can be stopped; `stop` may be called once and settles when all is closed. */
export interface Service {
  stop(): Promise<void>;
}

/**
 * Runs a process: starts `app`, stops it on SIGINT, SIGTERM or SIGHUP (its terminal was closed), and exits. A second signal while stopping exits at once.
 * A stop that takes longer than `stopTimeoutMs` is given up with exit code 1, so that no supervisor waits for ever.
 */
export async function runProcess(
  start: (signal: AbortSignal) => Promise<Service>,
  logger: Logger,
  stopTimeoutMs = 10_000,
): Promise<void> {
  const abort = new AbortController();
  const stopped = new Promise<string>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (abort.signal.aborted) process.exit(EXIT.failed);
        abort.abort();
        resolve(signal);
      });
    }
  });
  const service = await start(abort.signal);
  logger.info({ signal: await stopped }, 'stopping');
  const timer = setTimeout(() => {
    logger.error({ stopTimeoutMs }, 'stopping took too long; what was not closed is left to the next start');
    process.exit(EXIT.failed);
  }, stopTimeoutMs);
  await service.stop();
  clearTimeout(timer);
}

/**
 * The outermost handler of a command line: writes one clear line an error and sets the exit code: 2 when a person must
 * fix something, 1 otherwise. Only unexpected errors show a stack.
 */
export function exitWith(error: unknown): never {
  if (error instanceof GridwardenError) {
    console.error(error.code === 'INTERNAL' ? error.stack : error.message);
    process.exit(error.class === 'fix' ? EXIT.badConfig : EXIT.failed);
  }
  console.error(error instanceof Error ? (error.stack ?? error.message) : messageOf(error));
  process.exit(EXIT.failed);
}
