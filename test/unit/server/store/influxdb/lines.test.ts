import { describe, expect, test } from 'vitest';
import { LineBlock, type LineSource } from '../../../../../server/store/influxdb/lines.ts';
import { SeriesNames } from '../../../../../server/store/influxdb/series-names.ts';
import type { Series } from '../../../../../server/store/telemetry-store.ts';
import { request, type TestPoint } from '../../../../contract/store/batch.ts';

const SERIES: readonly Series[] = [
  { device: 'M-1', metric: 'voltage_a', kind: 'meter', pollClass: 'fast' },
  { device: 'M-1', metric: 'active_power', kind: 'meter', pollClass: 'fast' },
  { device: 'M-1', metric: 'energy_import', kind: 'meter', pollClass: 'registers' },
  { device: 'T 1', metric: 'odd, name', kind: 'transformer', pollClass: 'fast' },
];

function names(hasLongBucket: boolean): SeriesNames {
  const made = new SeriesNames(hasLongBucket);
  made.learn(SERIES.length, (number) => SERIES[number]);
  return made;
}

const POINTS: TestPoint[] = [
  { series: 0, timeMs: 1000, value: 230.5, n: 1 },
  { series: 1, timeMs: 1000, value: -0.25, n: 1 },
  { series: 2, timeMs: 1000, value: 7, n: 1 },
  { series: 1, timeMs: 2000, quality: 'silent', n: 2 },
  { series: 0, timeMs: 2000, value: 1e21, n: 2 },
  { series: 3, timeMs: 2000, value: 5, n: 3 },
  { series: 0, timeMs: 2000, micros: 17, value: 3, origin: 'conflict', n: 4 },
];

interface Choice {
  readonly points?: readonly TestPoint[];
  readonly hasLongBucket?: boolean;
  readonly bucket?: 0 | 1;
  readonly skip?: (index: number) => boolean;
}

function source({ points = POINTS, hasLongBucket = false, bucket = 0, skip = () => false }: Choice = {}): LineSource {
  return { points: request(points).points, names: names(hasLongBucket), bucket, skip };
}

interface Line {
  readonly text: string;
  readonly points: readonly number[];
}

/** All lines of a batch, from blocks of at most so many bytes and a line. */
function linesOf(choice: Choice = {}, maxBytes = 1e6): Line[] {
  const from = source(choice);
  const block = new LineBlock();
  const lines: Line[] = [];
  for (let next = 0; next < from.points.length; ) {
    next = block.fill(from, next, maxBytes);
    for (let line = 0; line < block.lines; line++) {
      lines.push({ text: block.text(line, line + 1), points: block.pointsOf(line) });
    }
    expect(block.text()).toBe(
      lines
        .slice(lines.length - block.lines)
        .map(({ text }) => text)
        .join('\n'),
    );
  }
  return lines;
}

test('neighbouring points of a device, time and origin are one line', () => {
  expect(linesOf()).toEqual([
    {
      text: 'meter,device=M-1,origin=live voltage_a=230.5,active_power=-0.25,energy_import=7 1000000',
      points: [0, 1, 2],
    },
    { text: 'meter,device=M-1,origin=live active_power_quality="silent",voltage_a=1e+21 2000000', points: [3, 4] },
    { text: 'transformer,device=T\\ 1,origin=live odd\\,\\ name=5 2000000', points: [5] },
    { text: 'meter,device=M-1,origin=conflict voltage_a=3 2000017', points: [6] },
  ]);
});

test('a bucket for what is kept longer takes the registers, the other one the rest', () => {
  expect(linesOf({ hasLongBucket: true, bucket: 1 })).toEqual([
    { text: 'meter,device=M-1,origin=live energy_import=7 1000000', points: [2] },
  ]);
  expect(linesOf({ hasLongBucket: true }).flatMap((line) => line.points)).toEqual([0, 1, 3, 4, 5, 6]);
  expect(linesOf({ bucket: 1 })).toEqual([]);
});

test('points that are left out are in no line', () => {
  expect(linesOf({ skip: (index) => index < 5 }).map((line) => line.points)).toEqual([[5], [6]]);
  expect(linesOf({ skip: (index) => index === 1 }).map((line) => line.points)).toEqual([[0, 2], [3, 4], [5], [6]]);
});

test('a line does not depend on what came before it: a batch of a part gives the same text', () => {
  const part = linesOf({ points: POINTS.slice(3, 5) }).map(({ text }) => text);
  expect(part).toEqual([linesOf()[1]?.text]);
});

test('a point alone has the fields of its own line', () => {
  const block = new LineBlock();
  block.fillOne(source(), 4);
  expect(block.text()).toBe('meter,device=M-1,origin=live voltage_a=1e+21 2000000');
});

describe('a block', () => {
  test('ends with a whole line when it is full, and the next goes on behind it', () => {
    expect(linesOf({}, 1)).toEqual(linesOf());
    expect(linesOf({}, 120)).toEqual(linesOf());
    expect(new LineBlock().fill(source(), 0, 1)).toBe(3);
  });

  test('grows for what one line needs, and for names beyond ASCII', () => {
    const series = Array.from(
      { length: 5000 },
      (_, index): Series => ({ device: '配电-一', metric: `电压 ${index}`, kind: 'meter', pollClass: 'fast' }),
    );
    const made = new SeriesNames(false);
    made.learn(series.length, (number) => series[number]);
    const { points } = request(series.map((_, index) => ({ series: index, timeMs: 1, value: index, n: 1 })));
    const block = new LineBlock();
    block.fill({ points, names: made, bucket: 0, skip: () => false }, 0, 1e6);
    const fields = series.map((_, index) => `电压\\ ${index}=${index}`).join(',');
    expect(block.text()).toBe(`meter,device=配电-一,origin=live ${fields} 1000`);
    expect(block.pointsOf(0)).toHaveLength(5000);
  });
});
