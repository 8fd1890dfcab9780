import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { ManualGridClock, ManualProcessClock } from '../../../edge/platform/clock.ts';
import { silentLogger } from '../../../edge/platform/log.ts';
import { Metrics } from '../../../edge/platform/metrics.ts';
import { importGrid } from '../../../server/registry/import-grid.ts';
import { GridRegistry } from '../../../server/registry/registry.ts';
import { openState } from '../../../server/state/database.ts';
import { DirtyDayTable } from '../../../server/state/dirty-days.ts';
import { openTelemetryStore } from '../../../server/store/open.ts';
import { exportFile } from '../../../server/transfer/readings/export-file.ts';
import { outputOf } from '../../../server/transfer/readings/export-plan.ts';
import { importFile } from '../../../server/transfer/readings/import-file.ts';
import { planOf } from '../../../server/transfer/readings/import-request.ts';
import type { Bench, Row } from '../bench.ts';

const VALUES = 2_000_000;
const DEVICES = 10_000;
const WANTED = 300_000;
const METERS = 100_000;
const AREAS = 1_000;
const NOW_MS = Date.UTC(2026, 6, 1);
const BEGIN_MS = Date.UTC(2026, 5, 1);
const DAY_MS = 86_400_000;
const RETENTION = { fastMs: 60 * DAY_MS, registersMs: 3650 * DAY_MS };

/** Hourly registers of many meters, in order of time, as a head-end gives them; the time that DuckDB takes to write them. */
async function writeFile(file: string, options: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const rows = `SELECT 'M-' || i % ${DEVICES} AS device, strftime(make_timestamp((${BEGIN_MS} + i // ${DEVICES} * 3600000) * 1000), '%Y-%m-%dT%H:%M:%SZ') AS time,
    'energy_import' AS metric, round(1000 + i / 7.0, 2) AS value FROM range(${VALUES}) t(i)`;
  await connection.run(`COPY (${rows}) TO '${file}' (${options})`);
  connection.closeSync();
  instance.closeSync();
}

/** What DuckDB alone takes to read such a file into a table in memory. */
async function bareRead(source: string): Promise<number> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const begunMs = performance.now();
  await connection.run(
    `CREATE TABLE t AS SELECT device, time::TIMESTAMPTZ AS time, metric, value::DOUBLE AS value FROM ${source}`,
  );
  const seconds = (performance.now() - begunMs) / 1000;
  connection.closeSync();
  instance.closeSync();
  return seconds;
}

async function readingRows(format: 'csv' | 'parquet'): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'gridwarden-bench-transfer-'));
  const database = openState(join(folder, 'state.sqlite'));
  const gridClock = new ManualGridClock(NOW_MS);
  const store = await openTelemetryStore(
    {
      store: { duckdb: { path: join(folder, 'telemetry'), memoryLimit: '512MiB', threads: 1 } },
      retention: { fast: '60d', registers: '3650d' },
    },
    { database, gridClock, processClock: new ManualProcessClock(), logger: silentLogger(), metrics: new Metrics() },
  );
  try {
    const file = join(folder, `readings.${format}`);
    await writeFile(file, format === 'csv' ? 'FORMAT csv, HEADER true' : 'FORMAT parquet');
    const bare = await bareRead(format === 'csv' ? `read_csv('${file}')` : `read_parquet('${file}')`);
    const dirty = new DirtyDayTable(database, { timeZone: 'Asia/Shanghai', keptMs: RETENTION.registersMs, gridClock });
    const parts = { database, store, gridClock, dirty, retention: RETENTION, folder };
    const common = { progress: () => undefined, signal: new AbortController().signal };
    let begunMs = performance.now();
    const plan = planOf(file, {}, 'Asia/Shanghai');
    const { stored } = await importFile(parts, { file, plan, actor: 'bench', ...common });
    const imported = (performance.now() - begunMs) / 1000;
    begunMs = performance.now();
    const out = join(folder, `out.${format}`);
    const range = { fromMs: BEGIN_MS, toMs: NOW_MS };
    const order = { plan: { ...outputOf(out, format), ...range }, file: out, maxValues: 1e12, ...common };
    const { values } = await exportFile(store, order);
    const exported = (performance.now() - begunMs) / 1000;
    if (stored !== VALUES || values !== VALUES) throw new Error(`${stored} stored, ${values} exported, not ${VALUES}`);
    return [
      rateRow(`import of readings, ${format}, into DuckDB`, VALUES / imported, VALUES / bare),
      rateRow(`export of readings, ${format}, from DuckDB`, VALUES / exported, VALUES / bare),
    ];
  } finally {
    await store.close();
    database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function rateRow(figure: string, rate: number, bareRate: number): Row {
  return {
    figure,
    value: rate,
    unit: 'values/s',
    reference: `${Math.round(bareRate).toLocaleString('en-US')} values/s of DuckDB alone, the same file into memory, one thread`,
    ratio: rate / bareRate,
    target: '≥ 300 000',
    ok: rate >= WANTED,
    note: `${VALUES.toLocaleString('en-US')} hourly registers of ${DEVICES.toLocaleString('en-US')} meters`,
  };
}

async function gridRows(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'gridwarden-bench-grid-'));
  const database = openState(join(folder, 'state.sqlite'));
  const gridClock = new ManualGridClock(NOW_MS);
  try {
    const dirty = new DirtyDayTable(database, { timeZone: 'Asia/Shanghai', keptMs: RETENTION.registersMs, gridClock });
    const registry = new GridRegistry(database, gridClock, dirty);
    const areas = Array.from({ length: AREAS }, (_, i) => `A-${i},area ${i},F-${i % 20}`);
    const meters = Array.from(
      { length: METERS },
      (_, i) => `M-${i},A-${i % AREAS},customer,${'abc'[i % 3]},1,1,2026-01-01,`,
    );
    const files = [
      { name: 'areas.csv', text: ['id,name,feeder', ...areas].join('\n') },
      {
        name: 'meters.csv',
        text: ['id,area,role,phase,accuracyClass,multiplier,validFrom,validTo', ...meters].join('\n'),
      },
    ];
    const order = { files, timeZone: 'Asia/Shanghai', dryRun: false, correction: false, actor: 'bench' };
    const timed = async () => {
      const begunMs = performance.now();
      await importGrid(registry, order);
      return (performance.now() - begunMs) / 1000;
    };
    const first = await timed();
    const again = await timed();
    return [
      {
        figure: 'import of a grid: 1 000 areas, 100 000 meters',
        value: first,
        unit: 's',
        reference: `${again.toFixed(2)} s for the same files again, which change nothing`,
        ratio: first / again,
        note: `${dirty.size.toLocaleString('en-US')} meters marked, one transaction, synchronous`,
      },
    ];
  } finally {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

export const benches: Bench[] = [
  { name: 'grid', run: gridRows },
  { name: 'readings, csv', run: () => readingRows('csv') },
  { name: 'readings, parquet', run: () => readingRows('parquet') },
];
