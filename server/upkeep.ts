import type { GridClock, ProcessClock, Timer } from '../edge/platform/clock.ts';
import { messageOf } from '../edge/platform/errors.ts';
import type { Logger } from '../edge/platform/log.ts';
import type { Metrics } from '../edge/platform/metrics.ts';
import type { Service } from '../edge/platform/process.ts';
import type { TelemetryStore } from './store/telemetry-store.ts';

/** Retention works in whole periods of a day and more; an hour is soon enough. */
const RETENTION_EVERY_MS = 3_600_000;
const FIRST_RETENTION_AFTER_MS = 60_000;
const STATISTICS_EVERY_MS = 60_000;

export interface UpkeepDeps {
  readonly store: TelemetryStore;
  readonly gridClock: GridClock;
  readonly processClock: ProcessClock;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** What the store needs now and then: dropping what is older than its retention, and looking at how it grows. */
export function startUpkeep(deps: UpkeepDeps): Service {
  const tasks = [
    repeat(deps, FIRST_RETENTION_AFTER_MS, RETENTION_EVERY_MS, 'retention', () => applyRetention(deps)),
    repeat(deps, 0, STATISTICS_EVERY_MS, 'statistics', statisticsTask(deps)),
  ];
  return {
    async stop() {
      await Promise.all(tasks.map((task) => task.stop()));
    },
  };
}

async function applyRetention({ store, gridClock, logger }: UpkeepDeps): Promise<void> {
  for (const dropped of await store.applyRetention(gridClock.nowMs())) logger.info({ dropped }, 'retention');
}

function statisticsTask({ store, metrics }: UpkeepDeps): () => Promise<void> {
  const bytes = metrics.gauge('store_bytes', 'Size of the telemetry store');
  const points = metrics.gauge('store_points', 'Values in the telemetry store');
  const series = metrics.gauge('store_series', 'Series in the telemetry store');
  const growth = metrics.gauge('store_bytes_per_day', 'How much the telemetry store grows in a day');
  return async () => {
    const statistics = await store.statistics();
    bytes.set(statistics.bytes);
    points.set(statistics.points);
    series.set(statistics.series);
    growth.set(statistics.bytesPerDay);
  };
}

/** Runs a task again and again, one run at a time; a failure is told and tried at the next turn. */
function repeat(
  { processClock, logger }: UpkeepDeps,
  firstMs: number,
  everyMs: number,
  name: string,
  task: () => Promise<void>,
): Service {
  let running = Promise.resolve();
  let timer: Timer | undefined;
  let isStopped = false;
  const run = async () => {
    try {
      await task();
    } catch (error) {
      logger.warn({ task: name, reason: messageOf(error) }, 'upkeep of the store failed; it is tried again');
    }
    if (!isStopped) plan(everyMs);
  };
  const plan = (delayMs: number) => {
    timer = processClock.setTimer(delayMs, () => {
      running = run();
    });
  };
  plan(firstMs);
  return {
    async stop() {
      isStopped = true;
      timer?.cancel();
      await running;
    },
  };
}
