import { closeSync, openSync } from 'node:fs';
import { GridwardenError, messageOf } from './errors.ts';
import type { Logger } from './log.ts';

/** Exit codes of every gridwarden process. */
export const EXIT = { ok: 0, failed: 1, badConfig: 2 } as const;

/** Something that was started and can be stopped; `stop` may be called once and settles when all is closed. */
export interface Service {
  stop(): Promise<void>;
}

export interface RunOptions {
  /** A stop that takes longer is given up with exit code 1, so that no supervisor waits for ever. Default: 10 s. */
  readonly stopTimeoutMs?: number;
  /** What SIGHUP asks for; without it, and when the terminal that the process was started from is closed, it stops. */
  readonly onHangup?: () => void;
}

/**
 * Runs a process: starts `app`, stops it on SIGINT, SIGTERM or SIGHUP, and exits. A second signal while stopping exits
 * at once.
 */
export async function runProcess(
  start: (signal: AbortSignal) => Promise<Service>,
  logger: Logger,
  { stopTimeoutMs = 10_000, onHangup }: RunOptions = {},
): Promise<void> {
  const abort = new AbortController();
  const hadTerminal = hasTerminal();
  const stopped = new Promise<string>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (signal === 'SIGHUP' && onHangup && !(hadTerminal && !hasTerminal())) {
          onHangup();
          return;
        }
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

/** Whether the process has a terminal: a service has none, and one that is closed is none any more. */
function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'));
    return true;
  } catch {
    return false;
  }
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
