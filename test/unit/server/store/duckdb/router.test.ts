import { describe, expect, test } from 'vitest';
import { RangeSet } from '../../../../../edge/protocol/ranges.ts';
import type { FileSet } from '../../../../../server/store/duckdb/file-set.ts';
import type { FileClass } from '../../../../../server/store/duckdb/period.ts';
import { PeriodFile } from '../../../../../server/store/duckdb/period-file.ts';
import { type RoutedFile, Router, type StreamRanges } from '../../../../../server/store/duckdb/router.ts';
import { SeriesState } from '../../../../../server/store/duckdb/series-state.ts';
import { request, type TestPoint } from '../../../../contract/store/batch.ts';

const DAY = 86_400_000;
const QUARTER = 900_000;
const NOW = 10 * DAY;
const FAST = 0;
const REGISTER = 1;

/** Files of a day each, without a disk; times outside of 20 days are strays. */
class Files {
  readonly made: PeriodFile[] = [];

  find(fileClass: FileClass, timeMs: number): PeriodFile | undefined {
    return this.made.find(
      (file) =>
        file.fileClass === fileClass &&
        (timeMs > 20 * DAY ? file.isStray : timeMs >= file.fromMs && timeMs < file.toMs),
    );
  }

  async ensure(fileClass: FileClass, timeMs: number): Promise<PeriodFile> {
    const fromMs = timeMs > 20 * DAY ? 0 : Math.floor(timeMs / DAY) * DAY;
    const file = new PeriodFile(
      { name: `${fileClass}-${fromMs / DAY}`, fileClass, fromMs, toMs: timeMs > 20 * DAY ? 0 : fromMs + DAY },
      '',
      fromMs,
      false,
    );
    this.made.push(file);
    return file;
  }
}

function setUp() {
  const series = new SeriesState([], new Map());
  series.add([
    { number: FAST, device: 'A', metric: 'x', kind: 'meter', pollClass: 'fast' },
    { number: REGISTER, device: 'A', metric: 'y', kind: 'meter', pollClass: 'registers' },
  ]);
  const files = new Files();
  const router = new Router(files as unknown as FileSet, series);
  const route = async (
    points: readonly TestPoint[],
    alreadyIn?: Map<PeriodFile, StreamRanges>,
  ): Promise<RoutedFile[]> => {
    const { points: batch, streams } = request(points);
    const input = {
      points: batch,
      streams,
      streamNumbers: streams.map((_, index) => index + 7),
      nowMs: NOW,
      ...(alreadyIn ? { alreadyIn } : {}),
    };
    for (const file of await router.filesFor(input)) file.pending.clear();
    return router.route(input);
  };
  return { files, route };
}

const lengths = ({ file }: RoutedFile) => [
  file.pending.recent.length,
  file.pending.late.length,
  file.pending.conflict.length,
];
const ranges = (of: StreamRanges) => Object.fromEntries([...of].map(([stream, own]) => [stream, own.toArray()]));

describe('where points go', () => {
  test('by class and day to a file; new times to the recent rows, others to the late ones, conflicts apart', async () => {
    const { route } = setUp();
    const routed = await route([
      { series: FAST, timeMs: NOW, value: 1 },
      { series: FAST, timeMs: NOW + 1, value: 1 },
      { series: FAST, timeMs: NOW + 1, value: 1 },
      { series: FAST, timeMs: NOW, micros: 1, value: 1, origin: 'conflict' },
      { series: REGISTER, timeMs: NOW, value: 1 },
      { series: FAST, timeMs: NOW - DAY, value: 1 },
      { series: FAST, timeMs: 100 * DAY, value: 1 },
      { series: FAST, timeMs: NOW + 2, value: 1 },
    ]);
    expect(routed.map(({ file }) => file.name)).toEqual(['fast-10', 'registers-10', 'fast-9', 'fast-0']);
    expect(routed.map(lengths)).toEqual([
      [3, 1, 1],
      [1, 0, 0],
      [0, 1, 0],
      // A stray never decides what is new.
      [0, 1, 0],
    ]);
  });

  test('a conflict of the future does not make the next point late', async () => {
    const { route } = setUp();
    await route([{ series: FAST, timeMs: NOW + 5 * DAY, value: 1, origin: 'conflict' }]);
    expect((await route([{ series: FAST, timeMs: NOW, value: 1 }])).map(lengths)).toEqual([[1, 0, 0]]);
  });

  test('points before the border of the roll-ups mark their quarter hour, once', async () => {
    const { files, route } = setUp();
    await route([{ series: FAST, timeMs: NOW, value: 1 }]);
    const [file] = files.made;
    if (file) file.rollingToMs = NOW + 2 * QUARTER;
    const points = [0, 1, QUARTER, 2 * QUARTER].map((offset) => ({
      series: FAST,
      timeMs: NOW + 10 + offset,
      value: 1,
    }));
    const [routed] = await route([
      ...points,
      { series: FAST, timeMs: NOW + 10, micros: 1, value: 1, origin: 'conflict' },
    ]);
    expect(routed?.file.pending.dirty).toEqual([
      { cellMs: NOW, series: FAST },
      { cellMs: NOW + QUARTER, series: FAST },
    ]);
    expect((await route(points))[0]?.file.pending.dirty).toEqual([]);
  });
});

describe('which ranges a file gets', () => {
  test('all of the batch when it is the only one', async () => {
    const { route } = setUp();
    const [only] = await route([1, 2, 5].map((n) => ({ series: FAST, timeMs: NOW + n, value: 1, n })));
    expect(only && ranges(only.ranges)).toEqual({
      7: [
        [1, 2],
        [5, 5],
      ],
    });
  });

  test('a record is complete with the last of its files, and the last file completes the batch', async () => {
    const { route } = setUp();
    const routed = await route([
      { series: FAST, timeMs: NOW, value: 1, n: 1 },
      { series: FAST, timeMs: NOW + 1, value: 1, n: 2 },
      { series: REGISTER, timeMs: NOW + 1, value: 1, n: 2 },
      { series: FAST, timeMs: NOW - DAY, value: 1, n: 3 },
      { series: REGISTER, timeMs: NOW + 3, value: 1, n: 4 },
    ]);
    expect(routed.map(({ file }) => file.name)).toEqual(['fast-10', 'registers-10', 'fast-9']);
    expect(routed.map((one) => ranges(one.ranges))).toEqual([
      { 7: [[1, 1]] },
      {
        7: [
          [2, 2],
          [4, 4],
        ],
      },
      { 7: [[1, 4]] },
    ]);
    expect(routed.map((one) => ranges(one.records()))).toEqual([
      { 7: [[1, 2]] },
      {
        7: [
          [2, 2],
          [4, 4],
        ],
      },
      { 7: [[3, 3]] },
    ]);
  });

  test('what a half failed commit has put into a file is left out when the batch comes again', async () => {
    const { files, route } = setUp();
    const points = [
      { series: FAST, timeMs: NOW, value: 1, n: 1 },
      { series: FAST, timeMs: NOW + 1, value: 1, n: 2 },
      { series: REGISTER, timeMs: NOW, value: 1, n: 3 },
    ];
    await route(points);
    const [fast] = files.made;
    if (!fast) throw new Error('no file was made');
    const again = await route(points, new Map([[fast, new Map([[7, new RangeSet([[1, 1]])]])]]));
    expect(again.map(lengths)).toEqual([
      [0, 1, 0],
      [0, 1, 0],
    ]);
    expect(ranges(again.at(-1)?.ranges ?? new Map())).toEqual({ 7: [[1, 3]] });
  });
});
