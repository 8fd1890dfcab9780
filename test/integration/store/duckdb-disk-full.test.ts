import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { codeOf } from '../../../edge/platform/errors.ts';
import { describeWithPart } from '../../parts/require.ts';
import { openDuckDb } from './duckdb-store.ts';
import { ledgerBatch, ledgerSeries } from './ledger-batch.ts';
import { mountSmallDisk } from './small-disk.ts';

const NOW = Date.UTC(2026, 2, 10, 12);
const DAY = 86_400_000;
const RECORDS = 2000;

describeWithPart('a disk that is full', mountSmallDisk(40), ({ folder, remove }) => {
  afterAll(remove);

  test('fails commits as a whole with DISK_FULL, loses nothing, and the store goes on when there is room', async () => {
    const filler = join(folder, 'filler');
    writeFileSync(filler, Buffer.alloc(20 << 20));
    const { store } = await openDuckDb(join(folder, 'telemetry'), NOW);
    const series = ledgerSeries(store);
    let from = 1;
    let code: string | undefined;
    for (; code === undefined && from < 400 * RECORDS; from += code === undefined ? RECORDS : 0) {
      try {
        await store.commit(ledgerBatch(series, from, from + RECORDS - 1, NOW));
      } catch (error) {
        code = codeOf(error);
      }
    }
    expect(code).toBe('DISK_FULL');
    expect(await store.health()).toMatchObject({ ok: false, reason: expect.stringContaining('full') });
    expect((await store.received()).at(0)?.ranges.at(0)).toEqual([1, expect.any(Number)]);
    await expect(store.commit(ledgerBatch(series, from, from + RECORDS - 1, NOW))).rejects.toMatchObject({
      class: 'retry',
    });

    rmSync(filler);
    const again = [from, from + RECORDS - 1] as const;
    await store.commit(ledgerBatch(series, ...again, NOW));
    expect((await store.health()).ok).toBe(true);
    expect(await store.received()).toMatchObject([{ ranges: [[1, again[1]]] }]);
    const all = [...series.fast, ...series.registers];
    const rows = await store.read({ series: all, fromMs: NOW - 5 * DAY, toMs: NOW + DAY, maxRows: 1e7 });
    for (const row of rows) {
      expect(new Set(row.value).size).toBe(row.value.length);
      expect(row.value.length).toBeGreaterThan(again[1] / 10);
    }
    const records = new Set(rows.flatMap(({ value }) => [...value]));
    expect(records.size).toBe(again[1]);
    await store.close();
  });
});
