import { expect, it } from 'vitest';
import { didYouMean, nearestNames } from '../../../../edge/platform/names.ts';

const MODELS = ['eastron/sdm630', 'eastron/sdm120', 'schneider/iem3155', 'ziehl/tr1200'];

it('finds the names that were meant, the nearest first', () => {
  expect(nearestNames('eastron/sdm63', MODELS)[0]).toBe('eastron/sdm630');
  expect(nearestNames('Eastron/SDM120', MODELS)[0]).toBe('eastron/sdm120');
  expect(nearestNames('iem3155', MODELS)).toEqual(['schneider/iem3155']);
  expect(nearestNames('abb/b23', MODELS)).toEqual([]);
});

it('says so in words, or says nothing', () => {
  expect(didYouMean('ziehl/tr120', MODELS)).toBe(', did you mean "ziehl/tr1200"?');
  expect(didYouMean('x', [])).toBe('');
});
