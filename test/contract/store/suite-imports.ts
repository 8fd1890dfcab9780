import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openState } from '../../../server/state/database.ts';
import type { DirtyDayTable } from '../../../server/state/dirty-days.ts';
import { IMPORT_NODE } from '../../../server/store/telemetry-store.ts';
import { type ImportStore, importFile } from '../../../server/transfer/readings/import-file.ts';
import { LIMITS } from '../../../server/transfer/readings/limits.ts';
import { formatOfName } from '../../../server/transfer/readings/parse-plan.ts';
import { dirtyDays } from '../../support/dirty-days.ts';
import { request } from './batch.ts';
import { DAY, MINUTE, NOON, POWER, type StoreUnderTest } from './harness.ts';
import { rawRows } from './rows.ts';

/** Of 2026-03-10 in Shanghai. */
const MIDNIGHT = Date.UTC(2026, 2, 9, 16);

/** Imports into a store: what was read live stays, nothing is there twice, and what was cut off goes on. */
export function importContract(under: () => StoreUnderTest): void {
  describe('imports', () => {
    let folder: string;
    let database: DatabaseSync;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'gridwarden-imports-'));
      database = openState(':memory:');
    });
    afterEach(() => {
      database.close();
      rmSync(folder, { recursive: true, force: true });
    });

    const file = (name: string, lines: readonly string[]) => {
      const path = join(folder, name);
      writeFileSync(path, `device,time,metric,value,quality\n${lines.join('\n')}\n`);
      return path;
    };
    const row = (device: string, timeMs: number, value: number | string, metric = 'active_power') =>
      `${device},${timeMs},${metric},${value},`;
    const parts = (store: ImportStore = under().store) => ({
      database,
      store,
      gridClock: under().gridClock,
      dirty: dirtyDays(database, under().gridClock),
      retention: { fastMs: 30 * DAY, registersMs: 3650 * DAY },
      folder: join(folder, 'imports'),
    });
    const run = (path: string, store?: ImportStore, signal = new AbortController().signal, dirty?: DirtyDayTable) => {
      const plan = {
        format: formatOfName(path),
        encoding: 'auto',
        timeZone: undefined,
        mapping: undefined,
        kind: 'meter',
      } as const;
      return importFile(
        { ...parts(store), ...(dirty && { dirty }) },
        { file: path, plan, actor: 'ann', progress: () => undefined, signal },
      );
    };

    test('fill what is not there, never overwrite what was read live, and come with their origin', async () => {
      const { store } = under();
      const series = store.seriesOf(POWER);
      await store.commit(request([{ series, timeMs: NOON, value: 1, n: 1 }]));
      const result = await run(
        file('a.csv', [row('M-1', NOON, 100), row('M-1', NOON - MINUTE, 7), row('M-9', NOON, 9)]),
      );
      expect(result).toMatchObject({
        stored: 3,
        refused: 0,
        records: 3,
        wasKnown: false,
        fromMs: NOON - MINUTE,
        toMs: NOON,
      });
      const expected = [
        { timeMs: NOON - MINUTE, value: 7, origin: 'import' },
        { timeMs: NOON, value: 1, origin: 'live' },
      ];
      expect(await rawRows(store, series)).toMatchObject(expected);
      await under().settle();
      expect(await rawRows(store, series)).toMatchObject(expected);
      const [other] = store.seriesOfDevice('M-9');
      expect(store.series(other ?? -1)).toEqual({
        device: 'M-9',
        metric: 'active_power',
        kind: 'meter',
        pollClass: 'fast',
      });
      // Live readings that come later than the import stand before it, too.
      await store.commit(request([{ series, timeMs: NOON - MINUTE, value: 2, n: 2 }]));
      expect((await rawRows(store, series)).map(({ value }) => value)).toEqual([2, 1]);
    });

    test('the same file twice changes nothing, whatever its name; an altered one overwrites its own values', async () => {
      const lines = [row('M-1', NOON - MINUTE, 1), row('M-1', NOON, 2)];
      await run(file('a.csv', lines));
      const before = (await under().store.statistics()).points;
      expect(await run(file('b.csv', lines))).toMatchObject({ wasKnown: true, storedNow: 0, stored: 2 });
      expect((await under().store.statistics()).points).toBe(before);
      await run(file('a.csv', [lines[0] ?? '', row('M-1', NOON, 3)]));
      const series = under().store.seriesOf(POWER);
      expect((await rawRows(under().store, series)).map(({ value }) => value)).toEqual([1, 3]);
    });

    test('bad records stand in a file with line and reason, the good ones in the store', async () => {
      const { rejects, ...result } = await run(
        file('a.csv', [
          row('M-1', NOON - 60 * DAY, 1),
          row('M-1', NOON, 2),
          row('=M', NOON, 'x'),
          row('M-1', NOON - 60 * DAY, 5, 'energy_import'),
        ]),
      );
      expect(result).toMatchObject({ stored: 2, refused: 2 });
      const text = readFileSync(rejects ?? '', 'utf8');
      expect(text).toMatch(
        /^line,reason,record\n2,.*older than readings of this kind are kept.*\n4,"""x"" is no finite number",.'=M/,
      );
      expect(await rawRows(under().store, under().store.seriesOf(POWER))).toMatchObject([{ value: 2 }]);
    });

    test('an import that was cut off goes on, and counts nothing twice', async () => {
      const { store } = under();
      const wanted = 2 * LIMITS.batchValues + 5;
      const lines = Array.from({ length: wanted }, (_, i) =>
        i % 40_000 === 7
          ? row('M-1', NOON, 'bad')
          : row(`D-${i % 10}`, NOON - DAY + Math.floor(i / 10) * 1000, i, 'voltage_a'),
      );
      const path = file('long.csv', lines);
      let commits = 0;
      const dying: ImportStore = {
        ...methodsOf(store),
        commit: async (batch) => {
          commits += 1;
          const result = await store.commit(batch);
          // The second batch is stored, and nobody hears of it.
          if (commits === 2) throw new Error('killed');
          return result;
        },
      };
      await expect(run(path, dying)).rejects.toThrow('killed');
      const epochs = (await store.received()).filter(({ stream }) => stream.node === IMPORT_NODE);
      expect(epochs).toMatchObject([{ ranges: [[1, 2]] }]);
      const again = await run(path);
      expect(again).toMatchObject({ records: wanted, stored: wanted - 3, refused: 3, wasKnown: false });
      expect(again.storedNow).toBe(wanted - 3 - (LIMITS.batchValues - 2));
      expect(
        readFileSync(again.rejects ?? '', 'utf8')
          .trim()
          .split('\n'),
      ).toHaveLength(4);
      expect(await store.received()).toEqual([]);
      const series = store.seriesOfDevice('D-3')[0] ?? -1;
      const query = {
        series: [series],
        fromMs: NOON - DAY,
        toMs: NOON,
        everyMs: DAY,
        offsetMs: NOON % DAY,
        maxRows: 10,
      } as const;
      const [counted] = await store.read({ ...query, aggregate: 'count' });
      const expected = lines.filter((line) => line.startsWith('D-3,')).length;
      expect(counted?.value[0]).toBe(expected);
    });

    test('mark the days of their devices, and again when a batch that was stored comes once more', async () => {
      const path = file('a.csv', [row('M-1', NOON, 1), row('M-1', NOON - 2 * DAY, 1), row('M-2', MIDNIGHT, 1)]);
      const dirty = dirtyDays(database, under().gridClock);
      const marked = () => dirty.take(10).map(({ device, fromDay, toDay }) => `${device} ${fromDay} ${toDay}`);
      const { store } = under();
      let before: string[] = [];
      const dying: ImportStore = {
        ...methodsOf(store),
        commit: async (batch) => {
          // Who is killed from here on has left its marks.
          before = marked();
          await store.commit(batch);
          throw new Error('killed');
        },
      };
      await expect(run(path, dying)).rejects.toThrow('killed');
      const expected = ['M-1 2026-03-08 2026-03-10', 'M-2 2026-03-09 2026-03-10'];
      expect(before).toEqual(expected);
      for (const { mark } of dirty.take(10)) dirty.settle(mark);
      await run(path);
      expect(marked()).toEqual(expected);
      for (const { mark } of dirty.take(10)) dirty.settle(mark);
      expect((await run(path)).wasKnown).toBe(true);
      expect(marked()).toEqual([]);
    });

    test('mark their days again when somebody settles them before the rows are there', async () => {
      const { store } = under();
      const shared = parts();
      const settling: ImportStore = {
        ...methodsOf(store),
        commit: (batch) => {
          for (const { mark } of shared.dirty.take(10)) shared.dirty.settle(mark);
          return store.commit(batch);
        },
      };
      await run(file('a.csv', [row('M-1', NOON, 1)]), settling, undefined, shared.dirty);
      expect(shared.dirty.take(10)).toMatchObject([{ device: 'M-1', fromDay: '2026-03-10', toDay: '2026-03-10' }]);
    });

    test('commits of agents and of an import at once both arrive whole', async () => {
      const { store } = under();
      const series = store.seriesOf(POWER);
      const path = file(
        'a.csv',
        Array.from({ length: 3000 }, (_, i) => row(`D-${i % 3}`, NOON - DAY + i * 1000, i)),
      );
      const live = Array.from({ length: 20 }, (_, i) =>
        store.commit(request([{ series, timeMs: NOON + i * 1000, value: i, n: i + 1 }])),
      );
      const [result] = await Promise.all([run(path), ...live]);
      expect(result).toMatchObject({ stored: 3000 });
      expect(await rawRows(store, series)).toHaveLength(20);
      expect(await rawRows(store, store.seriesOfDevice('D-0')[0] ?? -1)).toHaveLength(1000);
      expect(await store.received()).toMatchObject([{ ranges: [[1, 20]] }]);
    });
  });
}

function methodsOf(store: ImportStore): ImportStore {
  return {
    commit: (batch) => store.commit(batch),
    received: () => store.received(),
    forget: (stream) => store.forget(stream),
    seriesOf: (series) => store.seriesOf(series),
    series: (number) => store.series(number),
    seriesOfDevice: (device) => store.seriesOfDevice(device),
  };
}
