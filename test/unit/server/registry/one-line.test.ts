import { afterEach, beforeEach, expect, test } from 'vitest';
import { areaMeters, feederAreas, lineAreaOf } from '../../../../server/registry/one-line.ts';
import { AREAS, GridLab, METER_HEAD, TRANSFORMERS } from './grid-lab.ts';

let lab: GridLab;
beforeEach(async () => {
  lab = new GridLab();
  await lab.import({
    'areas.csv': `${AREAS}A-0,,F-1\nB-1,,F-2\n`,
    'transformers.csv': TRANSFORMERS,
    'meters.csv': `${METER_HEAD}M-3,A-1,customer,abc,1,1,,\nM-1,A-1,customer,b,1,1,,\nM-9,A-1,check,,1,,,\nM-2,A-1,generation,a,1,1,,\nG-1,A-1,gateway,abc,0.5S,60,,\nM-7,A-7,customer,a,1,1,,\n`,
  });
});
afterEach(() => lab.close());

test('a feeder has its areas by id, each with what feeds and measures it', () => {
  const grid = lab.registry.snapshot();
  expect(feederAreas(grid, 'F-1')).toEqual([
    { id: 'A-0', name: null, feeder: 'F-1', transformers: [], gateways: [], meterCount: 0 },
    {
      id: 'A-1',
      name: '幸福路',
      feeder: 'F-1',
      transformers: [{ id: 'T-1', ratedKva: 400, device: null }],
      gateways: [{ id: 'G-1', role: 'gateway', phase: 'abc', ratio: 60 }],
      meterCount: 4,
    },
  ]);
  expect(feederAreas(grid, 'F-9')).toEqual([]);
});

test('meters come phase by phase, three phases and unknown ones last, gateways not', () => {
  expect(areaMeters(lab.registry.snapshot(), 'A-1').map(({ id, phase }) => [id, phase])).toEqual([
    ['M-2', 'a'],
    ['M-1', 'b'],
    ['M-3', 'abc'],
    ['M-9', null],
  ]);
});

test('an area that is only named is there, another is not', () => {
  const grid = lab.registry.snapshot();
  expect(lineAreaOf(grid, 'A-7')).toMatchObject({ id: 'A-7', feeder: null, meterCount: 1 });
  expect(lineAreaOf(grid, 'A-9')).toBeUndefined();
});
