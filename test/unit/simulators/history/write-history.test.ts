import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, describe, expect, it } from 'vitest';
import { loadModels } from '../../../../edge/profiles/load.ts';
import { type HistoryOrder, writeHistory } from '../../../../simulators/history/write-history.ts';
import { blueprintOf } from '../../../../simulators/scenario/blueprint.ts';
import { meterModel, showing } from '../../../../simulators/scenario/device-models.ts';
import { MeteredArea } from '../../../../simulators/scenario/metered-area.ts';
import { planFaults } from '../../../../simulators/scenario/plan-faults.ts';
import { loadScenario, placeOf } from '../../../../simulators/scenario/scenario.ts';

const folder = mkdtempSync(join(tmpdir(), 'gridwarden-history-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

writeFileSync(
  join(folder, 'small.yaml'),
  `seed: 3
areas: 3
holidays: ${join(import.meta.dirname, '../../../../simulators/holidays/china.yaml')}
customers: { from: 5, to: 9 }
mix: { household: 60, factory: 20, rooftopPv: 20 }
faults:
  - { kind: wrongRatio, size: 2, after: 1d }
  - { kind: meterSlow, size: 10, after: 1d, for: 1d }
  - { kind: missing, after: 12h, for: 6h }
  - { kind: bypass, after: 90d }
`,
);
const scenario = loadScenario(join(folder, 'small.yaml'));
const models = loadModels();

function write(name: string, options: Partial<HistoryOrder> = {}) {
  const order: HistoryOrder = {
    scenario,
    models,
    fromStep: 0,
    toStep: 72,
    everyMs: 3_600_000,
    values: 'registers',
    format: 'parquet',
    folder: join(folder, name),
    threads: 1,
    ...options,
  };
  return writeHistory(order, () => undefined);
}

async function query(sql: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const rows = (await connection.runAndReadAll(sql)).getRowsJS();
  connection.closeSync();
  instance.closeSync();
  return rows;
}

const lines = (...path: string[]) =>
  readFileSync(join(folder, ...path), 'utf8')
    .trim()
    .split('\n');
const ALL = 'SELECT device, epoch_ms(time), metric, value FROM';

describe('a history', () => {
  it('has grid tables, readings, labels of what began, and what was made', async () => {
    const summary = await write('first');
    expect(lines('first', 'grid', 'areas.csv')).toEqual([
      'id,name,feeder',
      ...[1, 2, 3].map((n) => `A-000${n},Area ${n},F-01`),
    ]);
    expect(lines('first', 'grid', 'transformers.csv')).toHaveLength(4);
    // A header, one row a meter, and a second one for the meter whose ratio was entered wrong.
    const meters = lines('first', 'grid', 'meters.csv');
    expect(meters).toHaveLength(1 + summary.meters + 1);
    const twice = meters.filter((line) => line.includes('2026-01-01T16:00:00.000Z')).map((line) => line.split(','));
    expect(twice).toHaveLength(2);
    expect(Number(twice[1]?.[5])).toBe(2 * Number(twice[0]?.[5]));
    const { labels } = JSON.parse(lines('first', 'labels.json').join('\n'));
    expect(labels.map(({ kind }: { kind: string }) => kind)).toEqual(['wrongRatio', 'meterSlow', 'missing']);
    expect(labels[1]).toMatchObject({
      start: '2026-01-01T16:00:00.000Z',
      end: '2026-01-02T16:00:00.000Z',
      size: 10,
      unit: '%',
    });
    expect(JSON.parse(lines('first', 'history.json').join('\n'))).toMatchObject({ seed: 3, days: 3, labels: 3 });
    const [[readings]] = (await query(`SELECT count(*)::INTEGER FROM '${folder}/first/readings/*.parquet'`)) as [
      [number],
    ];
    expect(readings).toBe(summary.readings);
  });

  it('says no value where there was none', async () => {
    const { labels } = JSON.parse(lines('first', 'labels.json').join('\n'));
    const { device } = labels[2];
    const [[count]] = (await query(
      `SELECT count(*)::INTEGER FROM '${folder}/first/readings/*.parquet' WHERE device = '${device}'`,
    )) as [[number]];
    expect(count).toBe(72 - 6);
  });

  it('is what a live area gives, bit for bit', async () => {
    const area = new MeteredArea(blueprintOf(scenario, 0, 1), placeOf(scenario), planFaults(scenario));
    const live: unknown[][] = [];
    for (let step = 0; step < 72; step++) {
      area.advance();
      const endMs = scenario.originMs + (step + 1) * scenario.stepMs;
      for (const meter of area.meters) {
        const value = meter.importRead(step);
        const read = showing(models, meterModel(meter.planned), 'energy_import');
        if (value !== undefined) live.push([meter.planned.id, endMs, read(value)]);
      }
    }
    const ids = area.meters.map(({ planned }) => `'${planned.id}'`).join();
    const written = await query(
      `SELECT device, epoch_ms(time)::DOUBLE, value FROM '${folder}/first/readings/*.parquet' WHERE metric = 'energy_import' AND device IN (${ids})`,
    );
    const sorted = (rows: unknown[][]) => rows.map((row) => JSON.stringify(row)).sort();
    expect(sorted(written)).toEqual(sorted(live));
  });

  it('goes on from a state as if it had never stopped, bit for bit', async () => {
    const whole = await write('whole', { everyMs: 7_200_000, values: 'all' });
    const first = await write('day-1', { everyMs: 7_200_000, values: 'all', toStep: 25 });
    const rest = { everyMs: 7_200_000, values: 'all', fromStep: 25, states: first.states } as const;
    const second = await write('days-2-3', rest);
    expect(first.readings + second.readings).toBe(whole.readings);
    expect(second.states).toEqual(whole.states);
    const [difference] = await query(
      `SELECT count(*)::INTEGER FROM (${ALL} '${folder}/whole/readings/*.parquet' EXCEPT
       (${ALL} '${folder}/day-1/readings/*.parquet' UNION ALL ${ALL} '${folder}/days-2-3/readings/*.parquet'))`,
    );
    expect(difference).toEqual([0]);
  });

  it('leaves out fast values of days that a server would refuse', async () => {
    await write('slow', { values: 'all', fastFromStep: 48 });
    const counts = await query(
      `SELECT metric, count(DISTINCT time)::INTEGER FROM '${folder}/slow/readings/*.parquet'
       WHERE device IN ('S-0001', 'T-0001') GROUP BY metric ORDER BY metric`,
    );
    const slow = counts.filter(([, count]) => count === 72).map(([metric]) => metric);
    expect(slow).toEqual(['energy_export', 'energy_import']);
    expect(counts.filter(([, count]) => count === 24)).toHaveLength(counts.length - 2);
  });

  it('does not depend on the number of threads', async () => {
    const summary = await write('threads', { threads: 3 });
    expect(summary.files).toBeGreaterThan(1);
    const [difference] = await query(
      `SELECT count(*)::INTEGER FROM (${ALL} '${folder}/first/readings/*.parquet' EXCEPT ${ALL} '${folder}/threads/readings/*.parquet')`,
    );
    expect(difference).toEqual([0]);
  });

  it('holds the same in CSV and line protocol', async () => {
    const { readings } = await write('csv', { format: 'csv', values: 'all' });
    const csv = lines('csv', 'readings', 'part-0001.csv');
    expect(csv[0]).toBe('device,time,metric,value');
    expect(csv[1]).toMatch(/^S-0001,2025-12-31T17:00:00Z,energy_import,\d+(\.\d+)?$/);
    expect(csv).toHaveLength(1 + readings);
    await write('influx', { format: 'influx', values: 'all' });
    const influx = lines('influx', 'readings', 'part-0001.lp');
    expect(influx).toHaveLength(readings);
    expect(influx[0]).toMatch(/^meter,device=S-0001,origin=import energy_import=\d+(\.\d+)? 1767200400000000000$/);
    expect(influx.at(-1)).toMatch(/^transformer,device=T-0003,origin=import temperature_ambient=-?\d+(\.\d+)? \d{19}$/);
  });

  it('refuses a folder with something in it, and steps that do not fit', async () => {
    await expect(write('first')).rejects.toMatchObject({ code: 'PLACE_NOT_EMPTY' });
    await expect(write('other', { everyMs: 420_000 })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
  });
});
