import { expect, test } from 'vitest';
import { SeriesDictionary } from '../../../../server/store/series-dictionary.ts';

const series = (device: string, metric: string) => ({ device, metric, kind: 'meter', pollClass: 'fast' }) as const;

test('numbers are dense, stable and by device and metric', () => {
  const dictionary = new SeriesDictionary([series('A', 'x'), series('B', 'x')]);
  expect(dictionary.numberOf(series('B', 'x'))).toBe(1);
  expect(dictionary.numberOf(series('A', 'y'))).toBe(2);
  expect(dictionary.numberOf({ ...series('A', 'y'), kind: 'device' })).toBe(2);
  expect(dictionary.at(2)).toEqual(series('A', 'y'));
  expect(dictionary.at(3)).toBeUndefined();
  expect(dictionary.ofDevice('A')).toEqual([0, 2]);
  expect(dictionary.ofDevice('C')).toEqual([]);
  expect(dictionary.size).toBe(3);
});

test('knows which series are not durable yet, also when some come while others are saved', () => {
  const dictionary = new SeriesDictionary([series('A', 'x')]);
  expect(dictionary.unsaved()).toEqual([]);
  dictionary.numberOf(series('A', 'y'));
  const size = dictionary.size;
  expect(dictionary.unsaved()).toEqual([{ ...series('A', 'y'), number: 1 }]);
  dictionary.numberOf(series('A', 'z'));
  dictionary.saved(size);
  expect(dictionary.unsaved()).toEqual([{ ...series('A', 'z'), number: 2 }]);
  dictionary.saved(1);
  expect(dictionary.unsaved()).toHaveLength(1);
});
