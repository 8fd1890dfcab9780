// The evidence is the register images of the golden cases, whose headers name their sources.
import { describe, expect, test } from 'vitest';
import { type EvidenceOf, recognise } from '../../../../edge/commissioning/recognise.ts';
import { loadModels, modelNamed } from '../../../../edge/profiles/load.ts';
import type { TypeRegister } from '../../../../edge/profiles/type-register.ts';
import { type GoldenProfile, goldenProfiles } from '../../../support/golden-profiles.ts';
import { wordsOf } from './register-words.ts';

const models = loadModels();
const all = [...models.values()];

/** A device that has the registers of a case, and perhaps says what it is. */
function deviceOf(golden: GoldenProfile, says?: number | string): EvidenceOf {
  const type = modelNamed(models, golden.model).typeRegister;
  return (read) => {
    const isType =
      type?.functionCode === read.functionCode && type.address === read.address && type.count === read.count;
    if (type && isType && says !== undefined) return { words: wordsFor(says, type) };
    const words = wordsOf(golden, read);
    return words === undefined ? 'refused' : { words };
  };
}

function wordsFor(says: number | string, { count, offset }: TypeRegister): number[] {
  if (typeof says === 'number') return [says];
  const bytes = Buffer.alloc(2 * count);
  bytes.write(says, 2 * offset, 'latin1');
  return Array.from({ length: count }, (_, i) => bytes.readUInt16BE(2 * i));
}

const saysOf = ({ model }: GoldenProfile) => modelNamed(models, model).typeRegister?.values[0];

test.each(goldenProfiles())('$model is among the candidates, and no other is taken for it', (golden) => {
  const { verdict, candidates } = recognise(all, deviceOf(golden, saysOf(golden)));
  const names = candidates.map((candidate) => candidate.model.name);
  expect(names).toContain(golden.model);
  if (verdict === 'recognised') expect(names[0]).toBe(golden.model);
});

test('a PAC2200 and a PAC3200, which answer alike, are told apart by the order number in their block', () => {
  const cases = goldenProfiles().filter(({ model }) => model.startsWith('siemens/'));
  const found = cases.map((golden) => {
    const { verdict, candidates } = recognise(all, deviceOf(golden));
    return [golden.model, verdict, candidates[0]?.model.name];
  });
  expect(found.sort()).toEqual([
    ['siemens/pac2200', 'recognised', 'siemens/pac2200'],
    ['siemens/pac3200', 'recognised', 'siemens/pac3200'],
  ]);
});

test.each(goldenProfiles().filter((golden) => saysOf(golden) !== undefined))(
  '$model is recognised when it says what it is',
  (golden) => {
    const { verdict, candidates } = recognise(all, deviceOf(golden, saysOf(golden)));
    expect([verdict, candidates[0]?.model.name]).toEqual(['recognised', golden.model]);
    expect(candidates[0]?.clues.some(({ text }) => text.startsWith('says it is'))).toBe(true);
  },
);

describe('other devices', () => {
  const sdm630 = goldenProfiles().find(({ model }) => model === 'eastron/sdm630');
  if (sdm630 === undefined) throw new Error('there is a case of the SDM630');

  test('one that says it is another is only perhaps the model', () => {
    const { verdict, candidates } = recognise(all, deviceOf(sdm630, 0x1234));
    expect(verdict).toBe('several');
    expect(candidates[0]?.clues.map(({ text }) => text)).toContain('says it is 4660');
  });

  test('one that refuses everything, or is silent, is unknown', () => {
    expect(recognise(all, () => 'refused')).toEqual({ verdict: 'unknown', candidates: [] });
    expect(recognise(all, () => 'nothing')).toEqual({ verdict: 'unknown', candidates: [] });
  });

  test.each([
    ['zeros', 0],
    ['ones', 0xffff],
    ['letters', 0x4142],
  ])('one that answers %s everywhere is not recognised', (_, word) => {
    const { verdict } = recognise(all, ({ count }) => ({ words: Array.from({ length: count }, () => word) }));
    expect(verdict).not.toBe('recognised');
  });

  test('the score falls with what is refused, and says so', () => {
    const whole = recognise([modelNamed(models, 'eastron/sdm630')], deviceOf(sdm630)).candidates[0];
    const torn = recognise([modelNamed(models, 'eastron/sdm630')], (read) =>
      read.address >= 0x46 && read.functionCode === 4 ? 'refused' : deviceOf(sdm630)(read),
    ).candidates[0];
    expect(torn?.score ?? 0).toBeLessThan(whole?.score ?? 0);
  });
});
