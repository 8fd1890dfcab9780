import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openState } from '../../../server/state/database.ts';
import { exportFile } from '../../../server/transfer/readings/export-file.ts';
import { type ExportPlan, outputOf } from '../../../server/transfer/readings/export-plan.ts';
import { importFile } from '../../../server/transfer/readings/import-file.ts';
import { formatOfName } from '../../../server/transfer/readings/parse-plan.ts';
import { dirtyDays } from '../../support/dirty-days.ts';
import { request, type TestPoint } from './batch.ts';
import { DAY, ENERGY, HOUR, MINUTE, NOON, POWER, type StoreUnderTest, VOLTAGE } from './harness.ts';
import { rawRows } from './rows.ts';

const CHINESE = { ...POWER, device: '表 1, "a"' };

/** Exports from a store: what is there comes out whole, and going in again it changes nothing. */
export function exportContract(under: () => StoreUnderTest): void {
  describe('exports', () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'gridwarden-exports-'));
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    const run = (
      name: string,
      more: Partial<ExportPlan> = {},
      maxValues = 1e9,
      signal = new AbortController().signal,
    ) => {
      const plan = { ...outputOf(name, undefined), fromMs: NOON - DAY, toMs: NOON + DAY, ...more };
      return exportFile(under().store, {
        plan,
        file: join(folder, name),
        maxValues,
        progress: () => undefined,
        signal,
      });
    };
    const textOf = (name: string) => readFileSync(join(folder, name), 'utf8');

    /** Live, imported and missing values, of devices with awkward names. */
    async function fill(): Promise<number[]> {
      const { store } = under();
      const numbers = [POWER, VOLTAGE, ENERGY, CHINESE].map((series) => store.seriesOf(series));
      const [power = 0, voltage = 0, energy = 0, chinese = 0] = numbers;
      const points: TestPoint[] = [
        { series: power, timeMs: NOON, value: 0.1 + 0.2, n: 1 },
        { series: power, timeMs: NOON + MINUTE, quality: 'silent', n: 2 },
        { series: power, timeMs: NOON + 2 * MINUTE, value: -1.5e-7, n: 3 },
        { series: voltage, timeMs: NOON + 1, value: 230.25, n: 4 },
        { series: energy, timeMs: NOON - HOUR, value: 123_456_789.001, n: 5 },
        { series: chinese, timeMs: NOON, value: 7, n: 6 },
      ];
      await store.commit(request(points));
      await store.commit(request([{ series: power, timeMs: NOON - MINUTE, value: 5, origin: 'import' }]));
      await store.commit(request([{ series: power, timeMs: NOON, value: 99, origin: 'conflict' }]));
      return numbers;
    }

    const everything = async (numbers: readonly number[]) =>
      Promise.all(numbers.map((series) => rawRows(under().store, series)));

    test('a CSV file has every reading that counts, device by device', async () => {
      await fill();
      const result = await run('all.csv');
      expect(result).toMatchObject({ values: 7, series: 4 });
      const lines = textOf('all.csv').trimEnd().split('\n');
      expect(lines[0]).toBe('device,time,metric,value,quality,origin');
      expect(lines.slice(1).sort()).toEqual(
        [
          '"表 1, ""a""",2026-03-10T12:00:00.000Z,active_power,7,good,live',
          'M-1,2026-03-10T11:00:00.000Z,energy_import,123456789.001,good,live',
          'M-1,2026-03-10T11:59:00.000Z,active_power,5,good,import',
          'M-1,2026-03-10T12:00:00.000Z,active_power,0.30000000000000004,good,live',
          'M-1,2026-03-10T12:00:00.001Z,voltage_a,230.25,good,live',
          'M-1,2026-03-10T12:01:00.000Z,active_power,,silent,live',
          'M-1,2026-03-10T12:02:00.000Z,active_power,-1.5e-7,good,live',
        ].sort(),
      );
      await run('all.csv.gz');
      expect(gunzipSync(readFileSync(join(folder, 'all.csv.gz'))).toString()).toBe(textOf('all.csv'));
    });

    test.each(['again.csv', 'again.csv.gz', 'again.parquet'])(
      '%s: imported where it came from it changes nothing',
      async (name) => {
        const numbers = await fill();
        const before = await everything(numbers);
        await run(name);
        const database = openState(':memory:');
        const parts = {
          database,
          store: under().store,
          gridClock: under().gridClock,
          dirty: dirtyDays(database, under().gridClock),
          retention: { fastMs: 30 * DAY, registersMs: 3650 * DAY },
          folder: join(folder, 'imports'),
        };
        const plan = {
          format: formatOfName(name),
          encoding: 'auto',
          timeZone: undefined,
          mapping: undefined,
          kind: 'meter',
        } as const;
        const signal = new AbortController().signal;
        const order = { file: join(folder, name), plan, actor: 'ann', progress: () => undefined, signal };
        expect(await importFile(parts, order)).toMatchObject({ records: 7, stored: 7, refused: 0 });
        database.close();
        expect(await everything(numbers)).toEqual(before);
        // Nor is there a series that was not there.
        expect(under().store.series(numbers.length)).toBeUndefined();
      },
    );

    test('devices, metrics and a part of the time', async () => {
      await fill();
      const only = { devices: ['M-1'], metrics: ['active_power'], fromMs: NOON, toMs: NOON + 2 * MINUTE };
      expect(await run('part.csv', only)).toMatchObject({ values: 2, series: 1 });
      await expect(run('x.csv', { devices: ['M-9'] })).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(run('x.csv', { metrics: ['active_powr'] })).rejects.toMatchObject({
        code: 'NOT_FOUND',
        message: expect.stringContaining('did you mean "active_power"'),
      });
      expect(readdirSync(folder)).toEqual(['part.csv']);
    });

    test('more rows than are held at a time come out whole and in order', async () => {
      const { store } = under();
      const rows = 120_000;
      const series = store.seriesOf(VOLTAGE);
      const points = Array.from({ length: rows }, (_, i) => ({
        series,
        timeMs: NOON + i * 100,
        value: i % 1000,
        n: i + 1,
      }));
      for (let i = 0; i < rows; i += 40_000) await store.commit(request(points.slice(i, i + 40_000)));
      for (const name of ['long.csv', 'long.parquet']) expect(await run(name)).toMatchObject({ values: rows });
      const values = textOf('long.csv')
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((line) => Number(line.split(',')[3]));
      expect(values).toEqual(points.map(({ value }) => value));
    });

    test('what is there is not overwritten; what is too much, or given up, leaves nothing', async () => {
      await fill();
      await run('there.csv');
      const before = textOf('there.csv');
      await expect(run('there.csv')).rejects.toMatchObject({ code: 'PLACE_NOT_EMPTY' });
      expect(textOf('there.csv')).toBe(before);
      for (const name of ['much.csv', 'much.parquet'])
        await expect(run(name, {}, 6)).rejects.toMatchObject({ code: 'RANGE_TOO_LARGE' });
      await expect(run('gone.csv', {}, 1e9, AbortSignal.abort())).rejects.toThrow();
      await expect(run('there.csv/in/a/file.csv')).rejects.toMatchObject({ code: 'DIRECTORY_UNWRITABLE' });
      expect(readdirSync(folder)).toEqual(['there.csv']);
      expect(existsSync(join(folder, 'much.csv'))).toBe(false);
    });

    test('a store without readings gives a file without rows', async () => {
      expect(await run('none.csv')).toMatchObject({ values: 0, series: 0 });
      expect(textOf('none.csv')).toBe('device,time,metric,value,quality,origin\n');
    });
  });
}
