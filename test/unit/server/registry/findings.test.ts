import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deviceFindings, gridFindings, ratioFindings } from '../../../../server/registry/findings.ts';
import { meterRatio } from '../../../../server/registry/ratios.ts';
import { AREAS, GridLab, METER_HEAD, METERS, TRANSFORMERS } from './grid-lab.ts';

let lab: GridLab;
beforeEach(() => {
  lab = new GridLab();
});
afterEach(() => lab.close());

const found = () => gridFindings(lab.registry.snapshot()).map(({ code, subject }) => `${code} ${subject.id}`);
const SOUND = {
  'areas.csv': AREAS,
  'transformers.csv': TRANSFORMERS,
  'meters.csv': METERS,
};

test('the smallest grid that is in order has none', async () => {
  await lab.import(SOUND);
  expect(found()).toEqual([]);
});

test.each([
  ['area_without_gateway A-2', { 'areas.csv': `${AREAS}A-2,,F-1\n` }],
  [
    'meter_without_contract M-1',
    { 'contracts.csv': 'id,customer,meter\nC-1,K,M-9\n', 'meters.csv': `${METERS}M-9,A-1,customer,,,,,\n` },
  ],
  ['contract_without_meter C-2', { 'contracts.csv': 'id,customer,meter,usagePoint\nC-1,K,M-1,\nC-2,K,,U-1\n' }],
  [
    'customer_in_two_areas K',
    {
      'areas.csv': `${AREAS}A-2,,F-1\n`,
      'contracts.csv': 'id,customer,meter\nC-1,K,M-1\nC-2,K,M-2\n',
      'meters.csv': `${METERS}G-2,A-2,gateway,,,,,\nM-2,A-2,customer,,,,,\n`,
    },
  ],
  ['meter_without_place M-2', { 'meters.csv': `${METERS}M-2,,customer,,,,,\n` }],
  ['reference_unknown M-2', { 'meters.csv': `${METERS}M-2,A-7,customer,,,,,\n` }],
  [
    'ratio_contradicts_multiplier M-2',
    {
      'meters.csv':
        'id,area,role,multiplier,ctPrimaryA,ctSecondaryA\nG-1,A-1,gateway,60,300,5\nM-2,A-1,customer,40,300,5\n',
    },
  ],
])('%s', async (expected, files) => {
  await lab.import({ ...SOUND, ...files });
  expect(found()).toEqual([expected]);
});

test('a contract is served by the meters at its usage point', async () => {
  await lab.import({
    ...SOUND,
    'contracts.csv': 'id,customer,usagePoint\nC-1,K,U-1\n',
    'meters.csv': 'id,area,role,usagePoint\nG-1,A-1,gateway,\nM-1,A-1,customer,U-1\n',
  });
  expect(found()).toEqual([]);
});

describe('a ratio', () => {
  const rewrites = () => ratioFindings(lab.registry.rewrites()).map(({ subject }) => subject.id);
  const change = (rest: string) => lab.import({ 'meters.csv': `${METER_HEAD}G-1,A-1,gateway,abc,0.5S,${rest}\n` });

  test('that changes on a day is history, one that changes the past is a finding until it is put right', async () => {
    await lab.import(SOUND);
    await change('80,2026-06-01,');
    expect(rewrites()).toEqual([]);
    await change('100,2026-01-01,');
    expect(rewrites()).toEqual(['G-1']);
    await lab.import(
      {
        'meters.csv': `${METER_HEAD}G-1,A-1,gateway,abc,0.5S,60,2026-01-01,2026-06-01\nG-1,A-1,gateway,abc,0.5S,80,2026-06-01,\n`,
      },
      { correction: true },
    );
    expect(rewrites()).toEqual([]);
  });

  test('that was entered wrong and is corrected as such is none', async () => {
    await lab.import(SOUND);
    await lab.import({ 'meters.csv': `${METER_HEAD}G-1,A-1,gateway,abc,0.5S,80,2026-01-01,\n` }, { correction: true });
    expect(rewrites()).toEqual([]);
  });

  test.each([
    [60, { multiplier: 60, ctPrimaryA: 100, ctSecondaryA: 5 }],
    [20, { ctPrimaryA: 100, ctSecondaryA: 5 }],
    [2000, { ctPrimaryA: 100, ctSecondaryA: 5, vtPrimaryV: 10_000, vtSecondaryV: 100 }],
    [1, {}],
  ])('of %d', (ratio, fields) => {
    expect(meterRatio(fields)).toBe(ratio);
  });
});

test('devices that report and are not in the grid, and the other way round', async () => {
  const devices = [
    { id: 'G-1', hasReported: true },
    { id: 'M-1', hasReported: false },
    { id: 'M-77', hasReported: true },
    { id: 'M-78', hasReported: false },
  ];
  expect(deviceFindings(lab.registry.snapshot(), devices)).toEqual([]);
  await lab.import(SOUND);
  const codes = deviceFindings(lab.registry.snapshot(), devices).map(({ code, subject }) => `${code} ${subject.id}`);
  expect(codes).toEqual(['device_not_in_grid M-77', 'device_never_reported M-1']);
});
