import { expect, test } from 'vitest';
import { BusWorld, devices } from '../../../support/bus-world.ts';
import type { FakeAnswer } from '../../../support/fake-transport.ts';

/** Requests of one visit to the slow device. */
const REQUESTS = 6;

/** A slow device with a visit of six requests beside eight quick ones, all read each second. */
function world(slow: () => FakeAnswer): BusWorld {
  const made = new BusWorld({
    devices: [{ model: 'siemens/pac2200', every: { fast: '1s', registers: '1s' } }, ...devices(8)],
  });
  made.transport.answer = ({ unit }) => (unit === 1 ? slow() : { kind: 'words', afterMs: 2 });
  return made;
}

const answersAfter = (afterMs: number) => (): FakeAnswer => ({ kind: 'words', afterMs });

test.each([60, 100, 150, 200, 240])(
  'neighbours of a device that takes %d ms a request keep every deadline',
  async (afterMs) => {
    const bus = world(answersAfter(afterMs));
    await bus.run(30_000);
    const [slow, ...others] = bus.report().devices;
    expect(bus.planSize('M-1')).toBe(REQUESTS);
    expect(others.map(({ missedDeadlines }) => missedDeadlines)).toEqual(others.map(() => 0));
    expect(bus.good('M-5').length).toBeGreaterThanOrEqual(29);
    expect(slow?.health?.up).toBe(true);
    // As often as there is time for, beside eight visits of two requests each second.
    const possible = Math.min(30, (30_000 - 30 * 8 * 2 * 4) / (REQUESTS * afterMs));
    expect(bus.good('M-1').length).toBeGreaterThanOrEqual(Math.floor(0.9 * possible) - 1);
  },
);

test('its reading is whole, whatever went between its requests, and counts as what it took itself', async () => {
  const bus = world(answersAfter(100));
  await bus.run(10_000);
  const units = bus.transport.reads.map(({ unit }) => unit);
  const isInterrupted = units.some((unit, i) => unit !== 1 && units[i - 1] === 1 && units.indexOf(1, i) > 0);
  expect(isInterrupted).toBe(true);
  for (const read of bus.readsOf('M-1')) expect(read.qualities).toEqual(['good']);
  const spentMs = 100 * units.filter((unit) => unit === 1).length;
  expect(
    Math.abs(bus.report().busyShare * 10_000 - spentMs - 2 * units.filter((unit) => unit > 1).length),
  ).toBeLessThan(150);
});

test('a visit that waits outlives a connection that another device costs, and ends when there is none any more', async () => {
  const bus = world(answersAfter(150));
  await bus.run(5000);
  let isSilent = true;
  bus.transport.answer = ({ unit }) => {
    if (unit === 4 && isSilent) return { kind: 'silent' };
    return { kind: 'words', afterMs: unit === 1 ? 150 : 2 };
  };
  await bus.run(10_000);
  expect(bus.report().timeouts).toBeGreaterThan(1);
  for (const read of bus.readsOf('M-1')) expect(read.qualities).toEqual(['good']);
  isSilent = false;
  bus.transport.reachable = false;
  bus.transport.lose();
  await bus.run(20_000);
  expect(bus.report().devices.every(({ health }) => health?.up === false)).toBe(true);
  bus.transport.reachable = true;
  await bus.run(31_000);
  expect(bus.report().devices.every(({ health }) => health?.up)).toBe(true);
});

test('a device that answered its probe does not hold up those that are well', async () => {
  const bus = world(() => ({ kind: 'silent' }));
  await bus.run(5000);
  bus.transport.answer = ({ unit }) => ({ kind: 'words', afterMs: unit === 1 ? 200 : 2 });
  await bus.run(40_000);
  const [back, ...others] = bus.report().devices;
  expect(back?.health?.up).toBe(true);
  expect(others.map(({ missedDeadlines }) => missedDeadlines)).toEqual(others.map(() => 0));
});

test('a device not heard of is read beside one that always falls due again while it is read', async () => {
  const bus = new BusWorld({ devices: devices(9) });
  // Two requests of 900 ms, each second.
  bus.transport.answer = ({ unit }) => ({ kind: 'words', afterMs: unit === 1 ? 450 : 2 });
  await bus.run(20_000);
  expect(bus.report().devices.map(({ health }) => health?.up)).toEqual(Array.from({ length: 9 }, () => true));
});

test('stopping waits for the visit at work, and none that waits goes on', async () => {
  const bus = world(answersAfter(150));
  await bus.run(5000);
  const before = bus.good('M-3').length;
  // The slow device waits, the third is at work.
  while (bus.transport.reads.at(-1)?.unit !== 3) await bus.run(1);
  const stopped = bus.buses.stop();
  await bus.run(10);
  await stopped;
  const sent = bus.transport.reads.length;
  await bus.run(2000);
  expect(bus.transport.reads).toHaveLength(sent);
  expect(bus.transport.reads.at(-1)?.unit).toBe(3);
  expect(bus.good('M-3').length).toBe(before + 1);
  expect(bus.clock.pendingTimers).toBe(0);
});
