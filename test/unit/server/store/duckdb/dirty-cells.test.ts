import { describe, expect, test } from 'vitest';
import { ALL_SERIES, CELL_MS, DirtyCells } from '../../../../../server/store/duckdb/dirty-cells.ts';

describe('dirty cells', () => {
  test('a mark is new once', () => {
    const cells = new DirtyCells();
    expect(cells.isEmpty).toBe(true);
    expect(cells.mark(0, 1)).toBe(1);
    expect(cells.mark(0, 1)).toBeUndefined();
    expect(cells.mark(0, 2)).toBe(2);
    expect(cells.mark(CELL_MS, 1)).toBe(1);
    expect(cells.take()).toEqual([
      { cellMs: 0, series: [1, 2] },
      { cellMs: CELL_MS, series: [1] },
    ]);
    expect(cells.isEmpty).toBe(true);
    expect(cells.mark(0, 1)).toBe(1);
  });

  test('very many series of a cell become all of them, which bounds the memory', () => {
    const cells = new DirtyCells();
    for (let series = 0; series < 2000; series++) expect(cells.mark(0, series)).toBe(series);
    expect(cells.mark(0, 2000)).toBe(ALL_SERIES);
    expect(cells.mark(0, 2001)).toBeUndefined();
    expect(cells.take()).toEqual([{ cellMs: 0, series: undefined }]);
  });

  test('touch a range and series, or not', () => {
    const cells = new DirtyCells();
    cells.mark(CELL_MS, 5);
    expect(cells.touches(new Set([5]), 0, CELL_MS)).toBe(false);
    expect(cells.touches(new Set([5]), 0, CELL_MS + 1)).toBe(true);
    expect(cells.touches(new Set([5]), 2 * CELL_MS - 1, 3 * CELL_MS)).toBe(true);
    expect(cells.touches(new Set([5]), 2 * CELL_MS, 3 * CELL_MS)).toBe(false);
    expect(cells.touches(new Set([4, 6]), 0, 3 * CELL_MS)).toBe(false);
    cells.mark(CELL_MS, ALL_SERIES);
    expect(cells.touches(new Set([4, 6]), 0, 3 * CELL_MS)).toBe(true);
  });

  test('that could not be worked off come back beside newer ones', () => {
    const cells = new DirtyCells();
    cells.mark(0, 1);
    const taken = cells.take();
    cells.mark(0, 2);
    cells.putBack([...taken, { cellMs: CELL_MS, series: undefined }]);
    expect(cells.take()).toEqual([
      { cellMs: 0, series: [2, 1] },
      { cellMs: CELL_MS, series: undefined },
    ]);
  });
});
