import { expect, test } from 'vitest';
import { MAX_TIME_US, refusals } from '../../../../server/store/refusals.ts';

function batch(
  points: readonly { series?: number; timeUs?: number; value?: number; quality?: number; origin?: number }[],
) {
  return {
    length: points.length,
    series: Int32Array.from(points, ({ series = 0 }) => series),
    timeUs: Float64Array.from(points, ({ timeUs = 1 }) => timeUs),
    value: Float64Array.from(points, ({ value = 1 }) => value),
    quality: Uint8Array.from(points, ({ quality = 0 }) => quality),
    origin: Uint8Array.from(points, ({ origin = 0 }) => origin),
    stream: new Int32Array(points.length).fill(-1),
    n: new Float64Array(points.length),
  };
}

test('a batch that can be kept has no refusals', () => {
  const points = batch([{}, { quality: 1, value: Number.NaN }, { timeUs: 0 }, { timeUs: MAX_TIME_US }, { origin: 3 }]);
  expect(refusals(points, 1)).toEqual([]);
});

test.each([
  [{ series: 1 }, 'series 1 is not known'],
  [{ series: -1 }, 'series -1 is not known'],
  [{ timeUs: -1 }, 'the time -1 µs is outside 1970 to 2261'],
  [{ timeUs: 1.5 }, 'the time 1.5 µs is outside 1970 to 2261'],
  [{ timeUs: Number.NaN }, 'the time NaN µs is outside 1970 to 2261'],
  [{ timeUs: MAX_TIME_US + 2 }, expect.stringContaining('is outside 1970 to 2261')],
  [{ value: Number.NaN }, 'the value NaN is not a finite number'],
  [{ value: Number.NEGATIVE_INFINITY }, 'the value -Infinity is not a finite number'],
  [{ quality: 2, value: 5 }, 'a value that is not good has a number'],
  [{ quality: 200, value: Number.NaN }, 'quality 200 is not known'],
  [{ origin: 4 }, 'origin 4 is not known'],
])('%o is refused: %s', (point, reason) => {
  expect(refusals(batch([{}, point, {}]), 1)).toEqual([{ index: 1, reason }]);
});

test('rows behind the length of a batch are not looked at', () => {
  expect(refusals({ ...batch([{}, { series: 99 }]), length: 1 }, 1)).toEqual([]);
});
