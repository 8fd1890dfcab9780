import { expect, test } from 'vitest';
import { buildLines, lineOfPoint } from '../../../../../server/store/influxdb/lines.ts';
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
const { points } = request(POINTS);

test('neighbouring points of a device, time and origin are one line', () => {
  expect(buildLines(points, names(false), 0, () => false)).toEqual([
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
  expect(buildLines(points, names(true), 1, () => false)).toEqual([
    { text: 'meter,device=M-1,origin=live energy_import=7 1000000', points: [2] },
  ]);
  expect(buildLines(points, names(true), 0, () => false).flatMap((line) => line.points)).toEqual([0, 1, 3, 4, 5, 6]);
  expect(buildLines(points, names(false), 1, () => false)).toEqual([]);
});

test('points that are left out are in no line', () => {
  expect(buildLines(points, names(false), 0, (index) => index < 5).map((line) => line.points)).toEqual([[5], [6]]);
});

test('a line does not depend on what came before it: a batch of a part gives the same text', () => {
  const whole = buildLines(points, names(false), 0, () => false).map(({ text }) => text);
  const part = buildLines(request(POINTS.slice(3, 5)).points, names(false), 0, () => false).map(({ text }) => text);
  expect(part).toEqual([whole[1]]);
});

test('a point alone has the fields of its own line', () => {
  expect(lineOfPoint(points, names(false), 4)).toEqual({
    text: 'meter,device=M-1,origin=live voltage_a=1e+21 2000000',
    points: [4],
  });
});
