import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FileLimits, type LearnedHole, NOTHING_LEARNED } from '../../../../edge/modbus/learned-limits.ts';
import { ManualProcessClock } from '../../../../edge/platform/clock.ts';
import { silentLogger } from '../../../../edge/platform/log.ts';

const OWNER = { bus: 'gw1', unit: 3, model: 'eastron/sdm630' };
const HOLE: LearnedHole = { functionCode: 4, from: 30, to: 31, learnedAtMs: 1_767_225_600_000 };

function limitsIn(folder: string, clock = new ManualProcessClock()): FileLimits {
  return new FileLimits(join(folder, 'state', 'holes.json'), clock, silentLogger());
}

function folder(): string {
  return mkdtempSync(join(tmpdir(), 'gridwarden-holes-'));
}

test('are there again after a restart, for the same model at the same unit only', async () => {
  const place = folder();
  const before = limitsIn(place);
  const limits = {
    holes: [HOLE, { ...HOLE, from: 50, to: 49 }],
    longestRead: { registers: 20, learnedAtMs: 1_767_225_700_000 },
  };
  before.replace(OWNER, limits);
  before.measured('gw1', { overheadMs: 12.5, measuredAtMs: 1_767_225_800_000 });
  await before.flush();
  const after = limitsIn(place);
  expect(after.of(OWNER)).toEqual(limits);
  expect(after.of({ ...OWNER, model: 'eastron/sdm120' })).toEqual(NOTHING_LEARNED);
  expect(after.of({ ...OWNER, unit: 4 })).toEqual(NOTHING_LEARNED);
  expect(after.measuredOf('gw1')).toEqual({ overheadMs: 12.5, measuredAtMs: 1_767_225_800_000 });
  expect(after.measuredOf('gw2')).toBeUndefined();
});

test('a file of holes alone, as earlier versions wrote it, is read', () => {
  const place = folder();
  const file = join(place, 'holes.json');
  writeFileSync(file, JSON.stringify({ version: 1, holes: [{ ...OWNER, ...HOLE }] }));
  expect(new FileLimits(file, new ManualProcessClock(), silentLogger()).of(OWNER)).toEqual({ holes: [HOLE] });
});

test('many that are learned together are written once, without being waited for', async () => {
  const place = folder();
  const clock = new ManualProcessClock();
  const holes = limitsIn(place, clock);
  for (let unit = 1; unit <= 100; unit++) holes.replace({ ...OWNER, unit }, { holes: [HOLE] });
  expect(clock.pendingTimers).toBe(1);
  clock.advance(1000);
  await holes.flush();
  expect(readdirSync(join(place, 'state'))).toEqual(['holes.json']);
  expect(JSON.parse(readFileSync(join(place, 'state', 'holes.json'), 'utf8')).holes).toHaveLength(100);
});

test('nothing was learned: nothing is written', async () => {
  const place = folder();
  await limitsIn(place).flush();
  expect(readdirSync(place)).toEqual([]);
});

test.each(['', 'nonsense', '{"version": 2, "holes": []}', '{"version": 1, "holes": [{"unit": "x"}]}'])(
  'a file that cannot be used (%s) is no obstacle',
  async (text) => {
    const place = folder();
    const file = join(place, 'holes.json');
    writeFileSync(file, text);
    const holes = new FileLimits(file, new ManualProcessClock(), silentLogger());
    expect(holes.of(OWNER)).toEqual(NOTHING_LEARNED);
    holes.replace(OWNER, { holes: [HOLE] });
    await holes.flush();
    expect(new FileLimits(file, new ManualProcessClock(), silentLogger()).of(OWNER)).toEqual({ holes: [HOLE] });
  },
);

test('a folder that cannot be written holds nothing up', async () => {
  const place = folder();
  writeFileSync(join(place, 'state'), 'a file where the folder should be');
  const holes = limitsIn(place);
  holes.replace(OWNER, { holes: [HOLE] });
  await holes.flush();
  expect(holes.of(OWNER)).toEqual({ holes: [HOLE] });
});
