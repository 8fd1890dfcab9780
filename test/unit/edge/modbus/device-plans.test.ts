import { expect, test } from 'vitest';
import { qualityCode } from '../../../../edge/protocol/quality.ts';
import { BusWorld, devices } from '../../../support/bus-world.ts';
import type { FakeAnswer } from '../../../support/fake-transport.ts';

const QUICK: FakeAnswer = { kind: 'words', afterMs: 2 };
const REFUSED: FakeAnswer = { kind: 'exception', code: 2, afterMs: 2 };

/** Answers reads of at most `longest` registers. */
function atMost(longest: number, code: 2 | 3 = 3) {
  return ({ functionCode, count }: { functionCode: number; count: number }): FakeAnswer =>
    functionCode === 3 || count <= longest ? QUICK : { kind: 'exception', code, afterMs: 2 };
}

test.each([2, 3] as const)(
  'a device that answers 30 registers at most, exception %i: learned at its first read',
  async (code) => {
    const world = new BusWorld({ devices: devices(1, { model: 'eastron/sdm630' }), offsetMs: 10 });
    world.transport.answer = atMost(30, code);
    await world.run(2005);
    expect(world.report().devices[0]).toMatchObject({ longestRead: 30, learnedHoles: [] });
    expect(world.good('M-1')).toHaveLength(2);
    expect(world.good('M-1').every(({ qualities }) => qualities.join() === 'good')).toBe(true);
    const exceptions = world.report().exceptions;
    await world.run(5000);
    expect(world.report().exceptions).toBe(exceptions);
    expect(world.report().devices[0]?.blocks.every(({ count }) => count <= 30)).toBe(true);
  },
);

test('the longest read is kept over a restart, and tried again after a day', async () => {
  const world = new BusWorld({ devices: devices(1, { model: 'eastron/sdm630' }) });
  world.transport.answer = atMost(30);
  await world.run(1500);
  await world.stop();
  const again = new BusWorld({
    devices: devices(1, { model: 'eastron/sdm630' }),
    learnedHolesFile: world.learnedHolesFile,
    offsetMs: 3000,
  });
  again.transport.answer = atMost(30);
  await again.run(3000);
  expect(again.report()).toMatchObject({ exceptions: 0, devices: [{ longestRead: 30 }] });
  again.transport.answer = () => QUICK;
  again.shiftMs += 86_400_000;
  again.generation = 2;
  await again.run(3000);
  expect(again.report().exceptions).toBe(0);
  expect(again.report().devices[0]?.longestRead).toBeUndefined();
});

test('a device that refuses everything for a while teaches nothing, and is whole when it comes back', async () => {
  const world = new BusWorld({ devices: devices(5) });
  world.transport.answer = ({ unit }) => (unit === 3 ? REFUSED : QUICK);
  await world.run(60_000);
  expect(world.report().devices[2]).toMatchObject({
    learnedHoles: [],
    health: { up: false, quality: qualityCode('exception') },
  });
  for (const state of world.report().devices.filter(({ unit }) => unit !== 3)) expect(state.missedDeadlines).toBe(0);
  world.transport.answer = () => QUICK;
  await world.run(16_000);
  expect(world.good('M-3').at(-1)?.qualities).toEqual(['good']);
});

test('the search for what a slow device refuses takes no deadline from the others', async () => {
  const slowOne = { model: 'eastron/sdm630', every: { fast: '10s' } };
  const world = new BusWorld({ devices: [slowOne, ...devices(9)] });
  const hasNot = [10, 56, 224];
  world.transport.answer = ({ unit, address, count }) => {
    if (unit !== 1) return QUICK;
    const refuses = hasNot.some((one) => address <= one && one < address + count);
    return { ...(refuses ? REFUSED : QUICK), afterMs: 100 };
  };
  await world.run(120_000);
  for (const state of world.report().devices.filter(({ unit }) => unit !== 1)) expect(state.missedDeadlines).toBe(0);
  const exceptions = world.report().exceptions;
  await world.run(30_000);
  expect(world.report().exceptions).toBe(exceptions);
  expect([...(world.good('M-1').at(-1)?.qualities ?? [])].sort()).toEqual(['exception', 'good']);
});
