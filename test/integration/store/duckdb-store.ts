import { ManualGridClock, ManualProcessClock } from '../../../edge/platform/clock.ts';
import { silentLogger } from '../../../edge/platform/log.ts';
import { Metrics } from '../../../edge/platform/metrics.ts';
import { DuckDbStore } from '../../../server/store/duckdb/store.ts';
import { StoreMetrics } from '../../../server/store/store-metrics.ts';

const DAY = 86_400_000;
/** The store looks after its files this often. */
const TICK_MS = 10_000;

export interface OpenDuckDb {
  readonly store: DuckDbStore;
  readonly gridClock: ManualGridClock;
  /** Runs what is due at this grid time (roll-ups, sorting of closed files) to the end. */
  tick(nowMs: number): Promise<void>;
}

/** A DuckDB store in a folder, with clocks that stand still; fast values are kept for 30 days, registers for ten years. */
export async function openDuckDb(
  folder: string,
  nowMs: number,
  options: { readonly sortRows?: number; readonly memoryLimit?: string } = {},
): Promise<OpenDuckDb> {
  const { memoryLimit = '128MiB', ...more } = options;
  const gridClock = new ManualGridClock(nowMs);
  const processClock = new ManualProcessClock();
  const store = await DuckDbStore.open(
    { path: folder, memoryLimit, threads: 1 },
    { fastMs: 30 * DAY, registersMs: 3650 * DAY },
    { gridClock, processClock, logger: silentLogger(), metrics: new StoreMetrics(new Metrics()), ...more },
  );
  const tick = async (atMs: number): Promise<void> => {
    gridClock.set(atMs);
    processClock.advance(TICK_MS);
    // Jobs run one after the other: this one drops nothing and is answered when those of the tick are done.
    await store.applyRetention(0);
  };
  return { store, gridClock, tick };
}
