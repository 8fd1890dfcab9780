import { describe, expect, test } from 'vitest';
import type { BusConfig, DeviceConfig } from '../../../../edge/config.ts';
import { forecastBus } from '../../../../edge/modbus/forecast.ts';
import { type MeasuredBus, MemoryLimits } from '../../../../edge/modbus/learned-limits.ts';
import { overloadOf } from '../../../../edge/modbus/overload.ts';
import { PlanCaches } from '../../../../edge/modbus/read-plan.ts';
import { loadModels } from '../../../../edge/profiles/load.ts';
import { BusWorld } from '../../../support/bus-world.ts';

const models = loadModels();
const NOW_MS = Date.UTC(2026, 0, 2);
const terms = { speed: 1, plans: new PlanCaches() };

function devicesOf(count: number, every: DeviceConfig['every'], model = 'eastron/sdm120'): DeviceConfig[] {
  return Array.from({ length: count }, (_, i) => ({ id: `M-${i + 1}`, model, unit: i + 1, every }));
}

function serial(devices: DeviceConfig[], baudRate = 9600): BusConfig {
  const line = { baudRate, parity: 'none', stopBits: 1, path: '/dev/ttyUSB0' } as const;
  return { id: 'bus', transport: 'rtu', timeout: '1s', turnaround: '0ms', ...line, devices };
}

function tcp(devices: DeviceConfig[]): BusConfig {
  return { id: 'bus', transport: 'tcp', host: '10.0.0.5', port: 502, timeout: '1s', turnaround: '0ms', devices };
}

function forecast(config: BusConfig, limits = new MemoryLimits(), speed = 1) {
  return forecastBus(config, { ...terms, speed, models, limits, nowMs: NOW_MS });
}

function measured(overheadMs: number): MemoryLimits {
  const limits = new MemoryLimits();
  limits.measured('bus', { overheadMs, measuredAtMs: NOW_MS - 1000 } satisfies MeasuredBus);
  return limits;
}

describe('what a bus is expected to do', () => {
  /*
   * By hand from the frames of Modbus over serial line V1.02: a request has 8 bytes, its answer 5 and 2 for each
   * register; a character 10 bits (8N1), 1.0417 ms at 9 600 baud; 3.5 characters of silence, 3.65 ms. The fast values of
   * an SDM120 are read in two blocks of 32 and 2 registers: 13 + 64 + 13 + 4 = 94 bytes, 97.92 ms; two times 20 ms until
   * the device answers and 3.65 ms of silence: 145.2 ms. One such read a second: 14.5 % of the line.
   */
  test('on a serial line: bytes, time and share are those of the frames', () => {
    const { share, groups } = forecast(serial(devicesOf(1, { fast: '1s' })));
    const [visit] = groups[0]?.visits ?? [];
    expect(visit).toMatchObject({ requests: 2, registers: 34, bytes: 94 });
    expect(visit?.wireMs).toBeCloseTo(97.92, 2);
    expect(visit?.tookMs).toBeCloseTo(145.2, 1);
    expect(share).toBeCloseTo(0.1452, 3);
  });

  test('over TCP a request is assumed to take 10 ms until it is measured', () => {
    const config = tcp(devicesOf(10, { fast: '1s' }));
    const requests = forecast(config).groups[0]?.visits[0]?.requests ?? 0;
    expect(forecast(config).share).toBeCloseTo(requests * 0.1, 6);
    expect(forecast(config, measured(3)).share).toBeCloseTo(requests * 0.03, 6);
  });

  test('devices of one model that have taught the same are one group, others are not', () => {
    const limits = new MemoryLimits();
    for (const unit of [2, 3]) {
      const longestRead = { registers: 10, learnedAtMs: NOW_MS - unit };
      limits.replace({ bus: 'bus', unit, model: 'eastron/sdm120' }, { holes: [], longestRead });
    }
    const old = { registers: 5, learnedAtMs: NOW_MS - 90_000_000 };
    limits.replace({ bus: 'bus', unit: 4, model: 'eastron/sdm120' }, { holes: [], longestRead: old });
    const { groups } = forecast(tcp(devicesOf(5, '1s')), limits);
    expect(groups.map(({ devices }) => devices.map(({ unit }) => unit))).toEqual([
      [1, 4, 5],
      [2, 3],
    ]);
    for (const { plan } of groups[1]?.visits ?? []) expect(plan.blocks.every(({ count }) => count <= 10)).toBe(true);
  });

  test('simulated time that runs faster needs more of the line', () => {
    const config = tcp(devicesOf(10, '10s'));
    expect(forecast(config, new MemoryLimits(), 5).share).toBeCloseTo(5 * forecast(config).share, 9);
  });

  test('a register reading takes a fast one along that is due as often or at least every two seconds', () => {
    const namesOf = (every: DeviceConfig['every']) =>
      forecast(tcp(devicesOf(1, every))).groups[0]?.visits.map(({ classes, everyMs }) => [
        classes,
        Math.round(everyMs),
      ]);
    expect(namesOf('1s')).toEqual([[3, 1000]]);
    expect(namesOf({ fast: '1s', registers: '15m' })).toEqual([
      [1, 1001],
      [3, 900_000],
    ]);
    expect(namesOf({ fast: '5s', registers: '15m' })).toEqual([
      [1, 5000],
      [2, 900_000],
    ]);
  });
});

describe('a bus that cannot make its deadlines', () => {
  test('is told with the arithmetic and what to change', () => {
    const overload = overloadOf(forecast(serial(devicesOf(20, { fast: '1s' }))), terms);
    expect(overload).toMatchObject({ isCertain: true, problems: ['its reads need 290 % of its time'] });
    expect(overload?.arithmetic).toEqual([
      '20 × eastron/sdm120, fast: 94 bytes × 1.04 ms (9600 baud 8N1) + 2 × 23.6 ms (assumed) = 145 ms; 20 × 145 ms every 1 s = 290 %',
    ]);
    expect(overload?.advice).toEqual([
      'read no device more often than every 5s: then 58 %',
      '115200 baud: then 71 %',
      'fewer metrics: a model of your own with only those that are needed (profiles:)',
      'its devices over 4 lines, each a bus of its own',
    ]);
  });

  test('each advice is enough, as far as it can be tried', () => {
    const overloaded = (config: BusConfig) => overloadOf(forecast(config), terms) !== undefined;
    const advice = overloadOf(forecast(serial(devicesOf(8, { fast: '1s' }))), terms)?.advice ?? [];
    expect(advice[0]).toMatch(/every 2s/);
    expect(advice[1]).toMatch(/^19200 baud: then \d\d %$/);
    expect(advice[3]).toMatch(/over 2 lines/);
    expect(overloaded(serial(devicesOf(8, { fast: '2s' })))).toBe(false);
    expect(overloaded(serial(devicesOf(8, { fast: '1s' }), 19_200))).toBe(false);
    expect(overloaded(serial(devicesOf(4, { fast: '1s' })))).toBe(false);
  });

  test('over TCP it is not certain until it is measured', () => {
    const config = tcp(devicesOf(100, { fast: '1s' }));
    expect(overloadOf(forecast(config), terms)?.isCertain).toBe(false);
    expect(overloadOf(forecast(config, measured(2)), terms)).toBeUndefined();
    expect(overloadOf(forecast(config, measured(30)), terms)?.isCertain).toBe(true);
  });

  test('is one whose registers, due together, hold fast readings up', () => {
    const holdingUp = overloadOf(forecast(tcp(devicesOf(30, { fast: '1s', registers: '1m' })), measured(13)), terms);
    expect(holdingUp?.problems[0]).toMatch(/fast readings due every 1 s may be missed/);
  });
});

describe('the schedule keeps what the forecast says', () => {
  test.each([
    [20, { fast: '1s' }, 18],
    [20, { fast: '5s', registers: '1m' }, 30],
    [9, { fast: '1s', registers: '1m' }, 30],
    [40, { fast: '10s', registers: '1m' }, 60],
  ] satisfies [number, DeviceConfig['every'], number][])(
    '%i devices, every %o, %i ms a request: no deadline is missed',
    async (count, every, requestMs) => {
      const devices = devicesOf(count, every);
      expect(overloadOf(forecast(tcp(devices), measured(requestMs)), terms)).toBeUndefined();
      const world = new BusWorld({ devices, offsetMs: 10 });
      world.transport.answer = () => ({ kind: 'words', afterMs: requestMs });
      await world.run(130_000);
      // The first reads bring the serial numbers as well.
      const before = world.report().missedDeadlines;
      await world.run(130_000);
      expect(world.report().missedDeadlines - before).toBe(0);
    },
  );

  test.each([
    [30, { fast: '1s' }, 40],
    [200, { registers: '1m' }, 400],
  ] satisfies [number, DeviceConfig['every'], number][])(
    '%i devices, every %o, %i ms a request: deadlines are missed, and it was said',
    async (count, every, requestMs) => {
      const devices = devicesOf(count, every);
      expect(overloadOf(forecast(tcp(devices), measured(requestMs)), terms)).toBeDefined();
      const world = new BusWorld({ devices, offsetMs: 10 });
      world.transport.answer = () => ({ kind: 'words', afterMs: requestMs });
      await world.run(130_000);
      const before = world.report().missedDeadlines;
      await world.run(65_000);
      expect(world.report().missedDeadlines).toBeGreaterThan(before);
    },
  );
});
