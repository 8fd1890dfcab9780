import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualGridClock, ManualProcessClock } from '../../../edge/platform/clock.ts';
import { silentLogger } from '../../../edge/platform/log.ts';
import { Metrics } from '../../../edge/platform/metrics.ts';
import { openState } from '../../../server/state/database.ts';
import { openTelemetryStore } from '../../../server/store/open.ts';
import type { TelemetryStore } from '../../../server/store/telemetry-store.ts';
import { HOUR, NOON, type StoreUnderTest } from './harness.ts';
import { storeContract } from './suite.ts';

async function openDuckDb(): Promise<StoreUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), 'gridwarden-duckdb-'));
  const gridClock = new ManualGridClock(NOON);
  const processClock = new ManualProcessClock();
  const database = openState(':memory:');
  const open = (): Promise<TelemetryStore> =>
    openTelemetryStore(
      {
        store: { duckdb: { path: join(folder, 'telemetry'), memoryLimit: '256MiB', threads: 1 } },
        retention: { fast: '30d', registers: '3650d' },
      },
      { database, gridClock, processClock, logger: silentLogger(), metrics: new Metrics() },
    );
  let store = await open();
  return {
    get store() {
      return store;
    },
    gridClock,
    reopen: async () => {
      await store.close();
      store = await open();
      return store;
    },
    settle: async () => {
      // Past the end of the day and ten seconds on the store's own timer: files are sorted and rolled up. Jobs run one after
      // the other, so that the next one waits for these.
      gridClock.set(Math.max(gridClock.nowMs(), NOON + 13 * HOUR));
      processClock.advance(10_000);
      await store.applyRetention(0);
    },
    stop: async () => {
      await store.close();
      database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

storeContract('DuckDB', openDuckDb);
