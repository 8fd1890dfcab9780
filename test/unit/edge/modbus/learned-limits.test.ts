import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FileLearnedHoles, type LearnedHole } from '../../../../edge/modbus/learned-holes.ts';
import { ManualProcessClock } from '../../../../edge/platform/clock.ts';
import { silentLogger } from '../../../../edge/platform/log.ts';

const OWNER = { bus: 'gw1', unit: 3, model: 'eastron/sdm630' };
const HOLE: LearnedHole = { functionCode: 4, from: 30, to: 31, learnedAtMs: 1_767_225_600_000 };

function holesIn(folder: string, clock = new ManualProcessClock()): FileLearnedHoles {
  return new FileLearnedHoles(join(folder, 'state', 'holes.json'), clock, silentLogger());
}

function folder(): string {
  return mkdtempSync(join(tmpdir(), 'gridwarden-holes-'));
}

test('are there again after a restart, for the same model at the same unit only', async () => {
  const place = folder();
  const before = holesIn(place);
  before.replace(OWNER, [HOLE, { ...HOLE, from: 50, to: 49 }]);
  await before.flush();
  const after = holesIn(place);
  expect(after.of(OWNER)).toEqual([HOLE, { ...HOLE, from: 50, to: 49 }]);
  expect(after.of({ ...OWNER, model: 'eastron/sdm120' })).toEqual([]);
  expect(after.of({ ...OWNER, unit: 4 })).toEqual([]);
});

test('many that are learned together are written once, without being waited for', async () => {
  const place = folder();
  const clock = new ManualProcessClock();
  const holes = holesIn(place, clock);
  for (let unit = 1; unit <= 100; unit++) holes.replace({ ...OWNER, unit }, [HOLE]);
  expect(clock.pendingTimers).toBe(1);
  clock.advance(1000);
  await holes.flush();
  expect(readdirSync(join(place, 'state'))).toEqual(['holes.json']);
  expect(JSON.parse(readFileSync(join(place, 'state', 'holes.json'), 'utf8')).holes).toHaveLength(100);
});

test('nothing was learned: nothing is written', async () => {
  const place = folder();
  await holesIn(place).flush();
  expect(readdirSync(place)).toEqual([]);
});

test.each(['', 'nonsense', '{"version": 2, "holes": []}', '{"version": 1, "holes": [{"unit": "x"}]}'])(
  'a file that cannot be used (%s) is no obstacle',
  async (text) => {
    const place = folder();
    const file = join(place, 'holes.json');
    writeFileSync(file, text);
    const holes = new FileLearnedHoles(file, new ManualProcessClock(), silentLogger());
    expect(holes.of(OWNER)).toEqual([]);
    holes.replace(OWNER, [HOLE]);
    await holes.flush();
    expect(new FileLearnedHoles(file, new ManualProcessClock(), silentLogger()).of(OWNER)).toEqual([HOLE]);
  },
);

test('a folder that cannot be written holds nothing up', async () => {
  const place = folder();
  writeFileSync(join(place, 'state'), 'a file where the folder should be');
  const holes = holesIn(place);
  holes.replace(OWNER, [HOLE]);
  await holes.flush();
  expect(holes.of(OWNER)).toEqual([HOLE]);
});
