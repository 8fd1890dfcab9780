import { afterEach, beforeEach, expect, test } from 'vitest';
import { changeThing } from '../../../../server/registry/change-thing.ts';
import { laterDay } from '../../../../server/state/local-days.ts';
import { AREAS, GridLab, METER_HEAD, NOW_MS } from './grid-lab.ts';

/** Changes of the grid, as the days that they make something else of; now is 2026-07-01 08:00 in Shanghai. */
const TODAY = '2026-07-01';
const METERS = `${METER_HEAD}M-1,A-1,customer,a,1,1,2026-01-01,\nM-2,A-1,customer,a,1,1,2026-01-01,2026-03-01\n`;
let lab: GridLab;
beforeEach(async () => {
  lab = new GridLab();
  await lab.import({ 'areas.csv': AREAS, 'meters.csv': METERS });
});
afterEach(() => lab.close());

function taken(): string[] {
  return lab.dirty.take(100).map(({ mark, device, fromDay, toDay, reason }) => {
    lab.dirty.settle(mark);
    return `${reason} ${device} ${fromDay} ${toDay}`;
  });
}
const change = (set: Record<string, string | number | null>, fromMs: number | undefined, more: object = {}) =>
  changeThing(lab.registry, {
    ...{ kind: 'meters', id: 'M-1', version: lab.registry.versionOf('meters', 'M-1'), set, fromMs },
    ...{ toMs: undefined, endMs: undefined, correction: false, actor: 'ann', reason: undefined, ...more },
  });

test('meters that are new: from their beginning until today, or their end', () => {
  expect(taken()).toEqual([`grid M-1 2026-01-01 ${TODAY}`, 'grid M-2 2026-01-01 2026-02-28']);
});

test('a changed ratio: from its day on; an earlier end: the days that are gone', async () => {
  taken();
  expect(change({ multiplier: 60 }, Date.parse('2026-06-10T00:00:00+08:00'))).toEqual([]);
  expect(taken()).toEqual([`grid M-1 2026-06-10 ${TODAY}`]);
  await lab.import({ 'meters.csv': METERS.replace('2026-03-01', '2026-02-01').replace(/M-1.*\n/, '') });
  expect(taken()).toEqual(['grid M-2 2026-02-01 2026-02-28']);
});

test('a correction: all the time that it is about', () => {
  taken();
  expect(change({ multiplier: 2 }, undefined, { correction: true })).toEqual([]);
  expect(taken()).toEqual([`grid M-1 2026-01-01 ${TODAY}`]);
});

test('what was recorded before is unchanged: nothing; what is to come: nothing yet', async () => {
  taken();
  await lab.import({ 'areas.csv': AREAS, 'meters.csv': METERS });
  change({ multiplier: 3 }, NOW_MS + 86_400_000);
  expect(taken()).toEqual([]);
});

test('a transformer: the device that measures it, the old and the new one; an area: nobody', async () => {
  taken();
  const transformer = (device: string) => ({ 'transformers.csv': `id,area,ratedKva,device\nT-1,A-1,400,${device}\n` });
  await lab.import(transformer('S-1'));
  expect(taken()).toEqual([`grid S-1 ${laterDay(TODAY, -3650)} ${TODAY}`]);
  await lab.import(transformer('S-2'));
  expect(taken().map((one) => one.split(' ')[1])).toEqual(['S-1', 'S-2']);
  await lab.import({ 'areas.csv': AREAS.replace('F-1', 'F-2') });
  expect(taken()).toEqual([]);
});

test('a dry run and a refused change mark nothing', async () => {
  taken();
  await lab.import({ 'meters.csv': METERS.replace(',1,1,', ',1,2,') }, { dryRun: true });
  await expect(lab.import({ 'meters.csv': 'id,role\nM-1,x\n' })).rejects.toThrow();
  expect(taken()).toEqual([]);
});
