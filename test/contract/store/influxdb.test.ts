import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualGridClock, systemProcessClock } from '../../../edge/platform/clock.ts';
import { silentLogger } from '../../../edge/platform/log.ts';
import { Metrics } from '../../../edge/platform/metrics.ts';
import { openState } from '../../../server/state/database.ts';
import { openTelemetryStore } from '../../../server/store/open.ts';
import type { TelemetryStore } from '../../../server/store/telemetry-store.ts';
import { findInfluxd } from '../../parts/find.ts';
import { type InfluxServer, startInfluxd } from '../../parts/influx.ts';
import { describeWithPart } from '../../parts/require.ts';
import { NOON, type StoreUnderTest } from './harness.ts';
import { createBucket } from './influx-buckets.ts';
import { storeContract } from './suite.ts';

let server: Promise<InfluxServer> | undefined;

/** A store in buckets of its own on the one server of this file. */
async function openInflux(withLongBucket: boolean): Promise<StoreUnderTest> {
  server ??= startInfluxd();
  const { url, org, token } = await server;
  const bucket = await createBucket(await server);
  const longBucket = withLongBucket ? { longBucket: await createBucket(await server) } : {};
  const folder = mkdtempSync(join(tmpdir(), 'gridwarden-influxdb-'));
  const gridClock = new ManualGridClock(NOON);
  const database = openState(join(folder, 'state.sqlite'));
  const open = (): Promise<TelemetryStore> =>
    openTelemetryStore(
      {
        store: {
          influxdb: { url, org, bucket, token, timeout: '30s', rejects: join(folder, 'rejects'), ...longBucket },
        },
        retention: { fast: '30d', registers: '3650d' },
      },
      { database, gridClock, processClock: systemProcessClock(), logger: silentLogger(), metrics: new Metrics() },
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
    settle: async () => undefined,
    stop: async () => {
      await store.close();
      database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

describeWithPart('InfluxDB', findInfluxd(), () => {
  storeContract('InfluxDB with one bucket', () => openInflux(false));
  storeContract(
    'InfluxDB with a bucket for what is kept longer',
    () => openInflux(true),
    async () => {
      await (await server)?.stop();
    },
  );
});
