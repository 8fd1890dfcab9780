import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { BusWorld, devices, START_MS } from '../../../support/bus-world.ts';
import type { FakeAnswer } from '../../../support/fake-transport.ts';

const QUICK: FakeAnswer = { kind: 'words', afterMs: 2 };

/** Units of `silent` never answer; all others answer quickly. */
function silentUnits(...silent: number[]) {
  return ({ unit }: { unit: number }): FakeAnswer => (silent.includes(unit) ? { kind: 'silent' } : QUICK);
}

describe('schedule', () => {
  test('each device is read once an interval, at the same offset each time, spread over it', async () => {
    const world = new BusWorld({ devices: devices(10), offsetMs: 10 });
    await world.run(5005);
    const offsets = Array.from({ length: 10 }, (_, i) => {
      const times = world.good(`M-${i + 1}`).map((read) => (read.timeMs - START_MS) % 1000);
      expect(times).toHaveLength(5);
      expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(10);
      return Math.floor((times[1] ?? 0) / 100);
    });
    expect(new Set(offsets).size).toBe(10);
    expect(world.report().missedDeadlines).toBe(0);
  });

  test('a register reading is taken at the boundary of the clock, and takes the fast class along', async () => {
    const world = new BusWorld({
      devices: devices(4, { every: { fast: '1s', registers: '15m' } }),
      offsetMs: 900_000 - 2990,
    });
    await world.run(5005);
    for (const device of ['M-1', 'M-4']) {
      const registers = world.readsOf(device, 'registers');
      expect(registers).toHaveLength(1);
      const lateMs = (registers[0]?.timeMs ?? 0) - (START_MS + 900_000);
      expect(lateMs).toBeGreaterThanOrEqual(0);
      expect(lateMs).toBeLessThan(50);
      // Five seconds, five fast readings: the one at the boundary stands for the next deadline.
      expect(world.good(device)).toHaveLength(5);
    }
    expect(world.report().missedDeadlines).toBe(0);
  });

  test('both classes of one read are two records, the times of a device always going up', async () => {
    const world = new BusWorld({ devices: devices(2, { every: '1s' }), offsetMs: 10 });
    await world.run(4020);
    const times = world.sink.reads.filter((read) => read.device === 'M-1').map((read) => read.timeMs);
    expect(times).toHaveLength(8);
    expect(times.every((time, i) => i === 0 || time > (times[i - 1] ?? 0))).toBe(true);
    const units = world.transport.reads.filter((read) => read.unit === 1);
    // The serial number once, and every second: one read of 96 registers split by the limit of 80, and one more.
    expect(units.filter((read) => read.functionCode === 3)).toHaveLength(1);
    expect(units.filter((read) => read.functionCode === 4)).toHaveLength(4 * world.planSize('M-1'));
  });

  test('a bus that cannot keep up counts what it misses and never reads faster afterwards', async () => {
    const world = new BusWorld({ devices: devices(10), timeout: '2s' });
    world.transport.answer = () => ({ kind: 'words', afterMs: 150 });
    await world.run(10_000);
    const report = world.report();
    expect(report.missedDeadlines).toBeGreaterThan(20);
    expect(report.requests).toBeLessThanOrEqual(10_000 / 150 + 1);
    const readings = world.sink.reads.length;
    expect(readings + report.missedDeadlines).toBeGreaterThanOrEqual(90);
    const { usualMs, missed } = world.buses.usage();
    expect(missed).toBe(report.missedDeadlines);
    expect(usualMs).toEqual(report.devices.flatMap((device) => device.usualMs ?? []));
    world.transport.answer = () => QUICK;
    await world.run(1000);
    const before = world.sink.reads.length;
    await world.run(3000);
    expect(world.sink.reads.length - before).toBe(30);
  });

  test('the process is held up: each register deadline it slept through is a record of its own time', async () => {
    const world = new BusWorld({ devices: devices(1, { every: { registers: '15m' } }) });
    await world.run(10);
    world.shiftMs += 2.5 * 3_600_000;
    await world.run(1100);
    const missed = world.readsOf('M-1', 'registers').filter((read) => read.qualities.includes('missed'));
    expect(missed.map((read) => (read.timeMs - START_MS) / 900_000)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(world.good('M-1', 'registers')).toHaveLength(1);
  });

  test('the wall clock is set: deadlines are worked out anew and none counts as missed', async () => {
    const world = new BusWorld({ devices: devices(3) });
    await world.run(2000);
    world.shiftMs += 3_600_123;
    world.generation = 2;
    await world.run(1000);
    world.shiftMs -= 7_200_000;
    world.generation = 3;
    await world.run(3000);
    expect(world.report().missedDeadlines).toBe(0);
    const last = world.good('M-1').at(-1);
    expect(last?.generation).toBe(3);
    expect(Math.abs((last?.timeMs ?? 0) - world.grid.nowMs())).toBeLessThan(1100);
  });
});

describe('sick devices', () => {
  test('one of twenty never answers: the others keep every deadline', async () => {
    const world = new BusWorld({ devices: devices(20), offsetMs: 10 });
    world.transport.answer = silentUnits(7);
    await world.run(30_005);
    const { devices: states } = world.report();
    for (const state of states.filter(({ unit }) => unit !== 7)) {
      expect(state.missedDeadlines).toBe(0);
      expect(world.good(state.id)).toHaveLength(30);
    }
  });

  test('one of twenty dies while it is read: the others keep every deadline', async () => {
    const world = new BusWorld({ devices: devices(20) });
    await world.run(5000);
    world.transport.answer = silentUnits(7);
    await world.run(20_000);
    for (const state of world.report().devices.filter(({ unit }) => unit !== 7)) expect(state.missedDeadlines).toBe(0);
  });

  test.each([
    ['answers nonsense', { kind: 'malformed', afterMs: 2 }],
    ['cuts the connection', { kind: 'cut', afterMs: 2 }],
    ['is refused by the gateway', { kind: 'exception', code: 11, afterMs: 300 }],
    ['answers with a failure', { kind: 'exception', code: 4, afterMs: 2 }],
    ['is slow beyond all patience', { kind: 'words', afterMs: 900 }],
  ] satisfies [string, FakeAnswer][])('one of twenty %s: the others keep every deadline', async (_, answer) => {
    const world = new BusWorld({ devices: devices(20) });
    world.transport.answer = ({ unit }) => (unit === 7 ? answer : QUICK);
    await world.run(20_000);
    for (const state of world.report().devices.filter(({ unit }) => unit !== 7)) expect(state.missedDeadlines).toBe(0);
    expect(world.report().devices[6]?.health?.up).toBe(false);
  });

  test('several never answer: whoever has answered once goes before those not heard of yet', async () => {
    const world = new BusWorld({ devices: devices(20), offsetMs: 990 });
    world.transport.answer = silentUnits(2, 4, 6, 8, 10);
    await world.run(2500);
    const order = world.transport.reads.map(({ unit }) => unit);
    const heard = new Set<number>();
    const waitedFor = new Map<number, number>();
    for (const unit of order) {
      if (heard.has(unit)) waitedFor.set(unit, (waitedFor.get(unit) ?? 0) + 1);
      if (unit % 2 === 1) heard.add(unit);
    }
    // The first to answer has had its second reading before the last silent one had its first.
    expect(order.lastIndexOf(1)).toBeGreaterThan(order.indexOf(2));
    expect(order.indexOf(1, order.indexOf(1) + 2)).toBeLessThan(order.indexOf(10));
  });

  test('probes stay within their share of the bus', async () => {
    const world = new BusWorld({ devices: devices(20) });
    world.transport.answer = silentUnits(1, 2, 3, 4, 5);
    await world.run(10_000);
    const before = world.transport.reads.length;
    await world.run(60_000);
    const probes = world.transport.reads.slice(before).filter(({ unit }) => unit <= 5);
    const spentMs = probes.reduce((sum, { timeoutMs }) => sum + timeoutMs, 0);
    expect(spentMs).toBeLessThanOrEqual(0.12 * 60_000);
    expect(new Set(probes.map(({ unit }) => unit)).size).toBe(5);
  });

  test('a silence is recorded when it begins, when its reason changes and when it ends, and at no other time', async () => {
    const world = new BusWorld({ devices: devices(2) });
    await world.run(3000);
    world.transport.answer = silentUnits(1);
    await world.run(60_000);
    world.transport.answer = ({ unit }) => (unit === 1 ? { kind: 'exception', code: 4, afterMs: 1 } : QUICK);
    await world.run(30_000);
    world.transport.answer = () => QUICK;
    await world.run(30_000);
    const bad = world.readsOf('M-1').filter((read) => !read.qualities.includes('good'));
    expect(bad.map((read) => read.qualities)).toEqual([['silent'], ['exception'], ['exception']]);
    const first = world.good('M-1').find((read) => read.timeMs > (bad[2]?.timeMs ?? 0));
    expect(first?.timeMs).toBe((bad[2]?.timeMs ?? 0) + 1);
    expect(Array.from(bad[0]?.read.values ?? []).every(Number.isNaN)).toBe(true);
  });

  test('health: told once at first, then when it changes; one lost answer is no outage', async () => {
    const world = new BusWorld({ devices: devices(2) });
    await world.run(2000);
    let lost = 1;
    world.transport.answer = ({ unit }) => (unit === 1 && lost-- > 0 ? { kind: 'silent' } : QUICK);
    await world.run(5000);
    expect(world.sink.healths.map(({ device, up }) => [device, up])).toEqual([
      ['M-2', true],
      ['M-1', true],
    ]);
    world.transport.answer = silentUnits(1);
    await world.run(20_000);
    world.transport.answer = () => QUICK;
    await world.run(20_000);
    expect(world.sink.healths.slice(2).map(({ device, up }) => [device, up])).toEqual([
      ['M-1', false],
      ['M-1', true],
    ]);
  });

  test('a device that comes back is read within one probe interval', async () => {
    const world = new BusWorld({ devices: devices(20) });
    world.transport.answer = silentUnits(7);
    await world.run(120_000);
    world.transport.answer = () => QUICK;
    const backMs = world.grid.nowMs();
    await world.run(16_000);
    const first = world.good('M-7')[0];
    expect(first).toBeDefined();
    expect((first?.timeMs ?? 0) - backMs).toBeLessThanOrEqual(15_000);
  });

  test('each missed register deadline of a silent device is one record', async () => {
    const world = new BusWorld({
      devices: devices(2, { every: { fast: '10s', registers: '1m' } }),
      offsetMs: 30_000,
    });
    world.transport.answer = silentUnits(1);
    await world.run(5 * 60_000);
    const missed = world.readsOf('M-1', 'registers');
    expect(missed).toHaveLength(5);
    expect(missed.every((read) => read.qualities.join() === 'silent')).toBe(true);
    expect(world.good('M-2', 'registers')).toHaveLength(5);
  });

  test('a device that refuses one class only is asked once a deadline, and the missed one is recorded', async () => {
    const model = 'schneider/iem3155';
    const every = { fast: '10s', registers: '1m' };
    const world = new BusWorld({ devices: devices(1, { model, every }), offsetMs: 55_000 });
    world.transport.answer = ({ address }) => (address >= 3203 ? { kind: 'exception', code: 4, afterMs: 1 } : QUICK);
    await world.run(66_000);
    const reads = world.transport.reads.filter(({ address }) => address >= 3203);
    expect(reads.length).toBeLessThanOrEqual(2 * world.planSize('M-1'));
    expect(world.readsOf('M-1', 'registers').map((read) => read.qualities)).toEqual([['exception'], ['exception']]);
    expect(world.report().devices[0]?.health?.up).toBe(true);
  });

  test('a register reading that failed once is taken later within its grace', async () => {
    const world = new BusWorld({ devices: devices(2, { every: { registers: '15m' } }), offsetMs: 899_000 });
    let lost = 1;
    world.transport.answer = ({ unit }) => (unit === 1 && lost-- > 0 ? { kind: 'silent' } : QUICK);
    await world.run(60_000);
    expect(world.readsOf('M-1', 'registers').map((read) => read.qualities)).toEqual([['good']]);
  });
});

describe('connection', () => {
  test('the gateway is away: every device is told disconnected once, and comes back with it', async () => {
    const world = new BusWorld({ devices: devices(3) });
    world.transport.reachable = false;
    world.transport.lose();
    await world.run(20_000);
    expect(world.sink.healths.map(({ device, up }) => [device, up])).toHaveLength(3);
    expect(world.sink.reads.map((read) => read.qualities)).toEqual([
      ['disconnected'],
      ['disconnected'],
      ['disconnected'],
    ]);
    expect(world.report().problem).toMatch(/nobody there/);
    world.transport.reachable = true;
    await world.run(31_000);
    expect(world.report().devices.every(({ health }) => health?.up === true)).toBe(true);
    expect(world.report().problem).toBeUndefined();
  });

  test('a connection lost between two reads costs no reading', async () => {
    const world = new BusWorld({ devices: devices(5) });
    await world.run(3050);
    world.transport.lose();
    await world.run(3000);
    expect(world.report().missedDeadlines).toBe(0);
    expect(world.sink.reads.every((read) => read.qualities.includes('good'))).toBe(true);
  });

  test('after a time-out the next connection is made at once', async () => {
    const world = new BusWorld({ devices: devices(1), timeout: '300ms', offsetMs: 10 });
    world.transport.answer = silentUnits(1);
    await world.run(1500);
    expect(world.report().timeouts).toBe(1);
    expect(world.transport.connects).toBe(2);
    await world.run(30_000);
    expect(world.report().timeouts).toBeGreaterThan(2);
    expect(world.transport.connects).toBe(world.report().timeouts + 1);
  });

  test('whoever was only cut off is read at its next deadline, not at its next probe', async () => {
    const world = new BusWorld({ devices: devices(5) });
    await world.run(3000);
    world.transport.reachable = false;
    world.transport.lose();
    await world.run(100_000);
    world.transport.reachable = true;
    let connected = 0;
    while (world.transport.connects === 1) {
      await world.run(100);
      connected = world.grid.nowMs();
    }
    await world.run(1100);
    for (let i = 1; i <= 5; i++) expect(world.good(`M-${i}`).some((read) => read.timeMs > connected - 200)).toBe(true);
  });

  test('a gateway that takes the connection and closes it again is not hammered', async () => {
    const world = new BusWorld({ devices: devices(2) });
    world.transport.answer = () => ({ kind: 'cut', afterMs: 1 });
    await world.run(60_000);
    expect(world.transport.connects).toBeLessThan(25);
    expect(world.transport.connects).toBeGreaterThan(3);
  });

  test('stopping waits for the read under way and leaves no timer behind', async () => {
    const world = new BusWorld({ devices: devices(3) });
    world.transport.answer = () => ({ kind: 'words', afterMs: 400 });
    await world.run(1200);
    const stopped = world.buses.stop();
    // Two requests of 400 ms, and the serial number.
    await world.run(1200);
    await stopped;
    const reads = world.transport.reads.length;
    await world.run(3000);
    expect(world.transport.reads.length).toBe(reads);
    expect(world.clock.pendingTimers).toBe(0);
  });
});

describe('refused addresses', () => {
  const refusing = ({ address, count }: { address: number; count: number }): FakeAnswer =>
    address <= 0x1e && address + count > 0x1e ? { kind: 'exception', code: 2, afterMs: 1 } : QUICK;

  test('the good registers still count, the refused one is missing with its reason, and is not asked for again', async () => {
    const world = new BusWorld({ devices: devices(1) });
    world.transport.answer = refusing;
    await world.run(1500);
    const [first] = world.readsOf('M-1');
    const missing = first?.read.layout.metrics.filter((_, i) => Number.isNaN(first.read.values[i]));
    expect(missing).toEqual(['power_factor']);
    expect([...(first?.qualities ?? [])].sort()).toEqual(['exception', 'good']);
    expect(world.report().devices[0]?.learnedHoles).toMatchObject([{ functionCode: 4, from: 0x1e, to: 0x1f }]);
    const exceptions = world.report().exceptions;
    await world.run(5000);
    expect(world.report().exceptions).toBe(exceptions);
    expect(world.report().devices[0]?.health?.up).toBe(true);
  });

  test('what was learned is kept over a restart, and tried again after a day', async () => {
    const world = new BusWorld({ devices: devices(1) });
    world.transport.answer = refusing;
    await world.run(1500);
    await world.stop();
    expect(existsSync(world.learnedHolesFile)).toBe(true);
    expect(JSON.parse(readFileSync(world.learnedHolesFile, 'utf8'))).toMatchObject({
      version: 1,
      holes: [{ unit: 1 }],
    });
    const again = new BusWorld({ devices: devices(1), learnedHolesFile: world.learnedHolesFile, offsetMs: 3000 });
    again.transport.answer = refusing;
    await again.run(3000);
    expect(again.report().exceptions).toBe(0);
    again.shiftMs += 86_400_000;
    again.generation = 2;
    await again.run(3000);
    expect(again.report().exceptions).toBeGreaterThan(0);
  });
});

test('turnaround: the line is idle for as long before the next request', async () => {
  const world = new BusWorld({ devices: devices(3), turnaround: '40ms' });
  await world.run(4000);
  const { reads } = world.transport;
  for (let i = 1; i < reads.length; i++) {
    const gapMs = (reads[i]?.atMs ?? 0) - (reads[i - 1]?.atMs ?? 0);
    expect(gapMs).toBeGreaterThanOrEqual(40);
  }
});

test('counters reach Prometheus', async () => {
  const world = new BusWorld({ devices: devices(2) });
  world.transport.answer = silentUnits(1);
  await world.run(5000);
  const text = await world.metrics.text();
  expect(text).toMatch(/gridwarden_modbus_failures_total\{bus="bus",reason="timeout"\} [1-9]/);
  expect(text).toMatch(/gridwarden_modbus_missed_deadlines_total\{bus="bus",reason="unreachable"\} [1-9]/);
  expect(text).toMatch(/gridwarden_modbus_devices\{state="down"\} 1/);
});
