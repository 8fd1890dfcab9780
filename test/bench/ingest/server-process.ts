import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom, systemGridClock, systemProcessClock } from '../../../edge/platform/clock.ts';
import { silentLogger } from '../../../edge/platform/log.ts';
import { Metrics } from '../../../edge/platform/metrics.ts';
import { startEmbeddedBroker } from '../../../server/broker/embedded.ts';
import { startSparkplugHost } from '../../../server/ingest/sparkplug-host.ts';
import { ChangeFeed } from '../../../server/live/change-feed.ts';
import { LiveState } from '../../../server/live/live-state.ts';
import { openState } from '../../../server/state/database.ts';
import { openTelemetryStore } from '../../../server/store/open.ts';
import { BROKER_DEFAULTS } from '../../support/ingest-harness.ts';
import { MemoryStore } from '../../support/memory-store.ts';

/**
 * What stands in front of the store, in a process of its own: embedded broker, host application, and a store that only
 * counts (`memory`), DuckDB (`duckdb`), or the InfluxDB whose settings are given as JSON. Answers `report` with its CPU and what it has.
 */
async function main(kind: string, brokerUrl: string | undefined): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'gridwarden-bench-'));
  const common = {
    gridClock: systemGridClock(),
    processClock: systemProcessClock(),
    random: seededRandom(1),
    logger: silentLogger(),
  };
  const metrics = new Metrics();
  const database = openState(join(folder, 'state.sqlite'));
  const state = new LiveState();
  const feed = new ChangeFeed();
  state.attach(feed);
  const drain = setInterval(() => feed.take(), 100);
  const store =
    kind === 'memory'
      ? new MemoryStore(false)
      : await openTelemetryStore(storeConfig(kind, folder), { ...common, metrics, database });
  const broker =
    brokerUrl === undefined
      ? await startEmbeddedBroker(
          { ...BROKER_DEFAULTS, maxConnections: 2000 },
          { hostId: 'gridwarden', ...common, metrics },
        )
      : undefined;
  const host = await startSparkplugHost({
    ...common,
    config: { host: 'gridwarden', reorderTimeout: '2s', retention: { fast: '30d', registers: '3650d' } },
    broker: broker?.hostClient ?? { urls: [brokerUrl ?? ''] },
    quarantineFolder: join(folder, 'quarantine'),
    ...{ state, store, database, metrics },
  });
  let storeLagMs = 0;
  const watch = setInterval(() => {
    storeLagMs = Math.max(storeLagMs, common.gridClock.nowMs() - host.storedUntilMs());
  }, 50);
  process.on('message', async (message) => {
    if (message === 'report') {
      const text = await metrics.text();
      const value = (name: string) => Number(new RegExp(`^gridwarden_${name} (.*)$`, 'm').exec(text)?.[1] ?? 0);
      process.send?.({
        cpu: process.cpuUsage(),
        rss: process.memoryUsage().rss,
        stored: value('ingest_stored_values_total'),
        values: value('ingest_values_total'),
        records: value('ingest_records_total'),
        messages: Number(/^gridwarden_ingest_messages_total\{type="DDATA"\} (.*)$/m.exec(text)?.[1] ?? 0),
        notTaken: value('ingest_not_taken_values_total'),
        storeLagMs,
        lagCount: value('ingest_lag_seconds_count'),
        lagUnder2s: Number(/^gridwarden_ingest_lag_seconds_bucket\{le="2"\} (.*)$/m.exec(text)?.[1] ?? 0),
        lagSum: value('ingest_lag_seconds_sum'),
        problems: host.problems(),
        waiting: value('ingest_waiting_values'),
      });
    } else if (message === 'stop') {
      clearInterval(drain);
      clearInterval(watch);
      await host.stop();
      await broker?.stop();
      await store.close();
      database.close();
      rmSync(folder, { recursive: true, force: true });
      process.disconnect?.();
    }
  });
  process.send?.({ url: broker?.hostClient.urls[0] ?? brokerUrl });
}

function storeConfig(kind: string, folder: string): Parameters<typeof openTelemetryStore>[0] {
  const duckdb = { path: join(folder, 'telemetry'), memoryLimit: '512MiB', threads: 1 };
  const store = kind === 'duckdb' ? { duckdb } : { influxdb: { timeout: '30s', ...JSON.parse(kind) } };
  return { store, retention: { fast: '30d', registers: '3650d' } };
}

await main(process.argv[2] ?? 'memory', process.argv[3]);
