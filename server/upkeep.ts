import type { GridClock, ProcessClock, Timer } from '../edge/platform/clock.ts';
import { messageOf } from '../edge/platform/errors.ts';
import type { Logger } from '../edge/platform/log.ts';
import type { Service } from '../edge/platform/process.ts';
import type { TelemetryStore } from './store/telemetry-store.ts';

/** Retention works in whole periods of a day and more; an hour is soon enough. */
const EVERY_MS = 3_600_000;
/** Not while the server is busy with what waited for its start. */
const FIRST_AFTER_MS = 60_000;

export interface UpkeepDeps {
  readonly store: Pick<TelemetryStore, 'applyRetention'>;
  readonly gridClock: GridClock;
  readonly processClock: ProcessClock;
  readonly logger: Logger;
}

/** Drops what is older than its retention, now and then; a failure is told and tried at the next turn. */
export function startUpkeep({ store, gridClock, processClock, logger }: UpkeepDeps): Service {
  let running = Promise.resolve();
  let timer: Timer | undefined;
  let isStopped = false;
  const run = async () => {
    try {
      for (const dropped of await store.applyRetention(gridClock.nowMs())) logger.info({ dropped }, 'retention');
    } catch (error) {
      logger.warn({ reason: messageOf(error) }, 'retention failed; it is tried again in an hour');
    }
    if (!isStopped) plan(EVERY_MS);
  };
  const plan = (delayMs: number) => {
    timer = processClock.setTimer(delayMs, () => {
      running = run();
    });
  };
  plan(FIRST_AFTER_MS);
  return {
    async stop() {
      isStopped = true;
      timer?.cancel();
      await running;
    },
  };
}
