// Words of the golden cases: see their headers (Eastron SDM630, V1.8; ABB B23 and others by their own sources).
import { expect, test } from 'vitest';
import { type ReadValue, valueOfWords } from '../../../../../edge/commissioning/read-value.ts';
import { suspicionsOf } from '../../../../../edge/commissioning/suspicions/all.ts';
import { wordSuspicions } from '../../../../../edge/commissioning/suspicions/words.ts';
import { loadModels, modelNamed } from '../../../../../edge/profiles/load.ts';
import type { ModelRegister } from '../../../../../edge/profiles/model.ts';
import { type GoldenProfile, goldenProfiles } from '../../../../support/golden-profiles.ts';
import { wordsOf } from '../register-words.ts';

const models = loadModels();

/** The registers of a golden case, read as if the model said another order. */
function readAs(golden: GoldenProfile, change: (register: ModelRegister) => ModelRegister): ReadValue[] {
  return modelNamed(models, golden.model).registers.flatMap((register) => {
    const words = wordsOf(golden, register);
    return words === undefined ? [] : [valueOfWords(change(register), words)];
  });
}

const isVoltage = ({ metric, count }: ModelRegister) => metric.startsWith('voltage_') && count > 1;

const swapWords = (register: ModelRegister): ModelRegister => ({
  ...register,
  wordOrder: register.wordOrder === 'high-first' ? 'low-first' : 'high-first',
});
const swapBytes = (register: ModelRegister): ModelRegister => ({
  ...register,
  byteOrder: register.byteOrder === 'big' ? 'little' : 'big',
});

/** It takes numbers of 32 bits, and something whose right value is known: voltages. */
function isTelling({ model }: GoldenProfile): boolean {
  const { registers } = modelNamed(models, model);
  return registers.filter(({ count }) => count > 1).length > 10 && registers.some(isVoltage);
}

test.each(goldenProfiles())('$model is not suspected in its own order', (golden) => {
  expect(wordSuspicions(readAs(golden, (register) => register))).toEqual([]);
});

test.each(goldenProfiles().filter(isTelling))('$model is suspected with its words swapped', (golden) => {
  const [suspicion] = wordSuspicions(readAs(golden, swapWords));
  expect(suspicion?.code).toBe('words_swapped');
  expect(suspicion?.text).toContain('words swapped');
});

test('swapped bytes are told from swapped words', () => {
  const golden = goldenProfiles().find(({ model }) => model === 'eastron/sdm630');
  if (golden === undefined) throw new Error('there is a case of the SDM630');
  const bytes = readAs(golden, swapBytes);
  expect(wordSuspicions(bytes)[0]?.text).toContain('plausible with bytes swapped');
  expect(wordSuspicions(readAs(golden, (register) => swapBytes(swapWords(register))))[0]?.text).toContain(
    'plausible with words and bytes swapped',
  );
  // Nothing else is said of numbers that are all wrong.
  expect(suspicionsOf(bytes).map(({ code }) => code)).toEqual(['words_swapped']);
});
