import { expect, it } from 'vitest';
import type { BusConfig } from '../../../../edge/config.ts';
import { startBuses } from '../../../../edge/modbus/buses.ts';
import { ManualProcessClock, seededRandom } from '../../../../edge/platform/clock.ts';
import { silentLogger } from '../../../../edge/platform/log.ts';
import { Metrics } from '../../../../edge/platform/metrics.ts';
import { loadModels } from '../../../../edge/profiles/load.ts';
import { START_MS } from '../../../support/bus-world.ts';
import { FakeTransport } from '../../../support/fake-transport.ts';

const models = loadModels();

function bus(id: string, devices: readonly string[], registers?: string): BusConfig {
  return {
    id,
    transport: 'tcp',
    host: '127.0.0.1',
    port: 502,
    timeout: '1s',
    turnaround: '0ms',
    devices: devices.map((device, index) => ({
      id: device,
      model: 'eastron/sdm120',
      unit: index + 1,
      every: { fast: '1s', ...(registers === undefined ? {} : { registers }) },
    })),
  };
}

/** Buses whose devices answer at once, under a clock that the test moves. */
function world(configs: readonly BusConfig[]) {
  const clock = new ManualProcessClock();
  const times = new Map<string, number[]>();
  const transports = new Map<string, FakeTransport[]>();
  const metrics = new Metrics();
  const wall = { shiftMs: 0 };
  const buses = startBuses({
    buses: configs,
    models,
    sink: {
      take: ({ layout, timeMs }) => times.set(layout.device, [...(times.get(layout.device) ?? []), timeMs - START_MS]),
      health: () => {},
    },
    gridClock: { speed: 1, nowMs: () => START_MS + clock.nowMs() + wall.shiftMs },
    processClock: clock,
    random: seededRandom(1),
    logger: silentLogger(),
    metrics,
    learnedHolesFile: '/nowhere/holes.json',
    clockGeneration: () => 1,
    createTransport: (config, processClock, events) => {
      const transport = new FakeTransport(processClock, events);
      transports.set(config.id, [...(transports.get(config.id) ?? []), transport]);
      return transport;
    },
  });
  const run = async (ms: number) => {
    for (let passed = 0; passed < ms; passed++) {
      for (let i = 0; i < 4; i++) await Promise.resolve();
      clock.advance(1);
    }
  };
  const during = async (work: Promise<void>) => {
    await run(50);
    await work;
  };
  return { buses, times, transports, metrics, wall, run, during };
}

const phasesOf = (times: readonly number[] = []) => [...new Set(times.map((ms) => Math.floor((ms % 1000) / 20)))];

it('buses that stay keep connection, phase and every deadline while others leave, change and come', async () => {
  const { buses, times, transports, run, during } = world([
    bus('first', ['A']),
    bus('second', ['B', 'C']),
    bus('third', ['D']),
  ]);
  await run(3000);
  const phases = ['B', 'C'].map((device) => phasesOf(times.get(device)));
  expect(phasesOf(times.get('A'))).not.toEqual(phases[0]);
  await during(buses.remove(new Set(['first', 'third'])));
  buses.add([bus('fourth', ['E']), bus('third', ['F', 'D'])], models, ['fourth', 'third', 'second']);
  await run(3000);
  expect(['B', 'C'].map((device) => phasesOf(times.get(device)))).toEqual(phases);
  // 6.05 s have passed: a deadline a second, and none was missed.
  expect(['B', 'C'].map((device) => times.get(device)?.length)).toEqual([6, 6]);
  expect(transports.get('second')).toHaveLength(1);
  expect(transports.get('third')).toHaveLength(2);
  expect(buses.report().map(({ id, connects, missedDeadlines }) => [id, connects, missedDeadlines])).toEqual([
    ['fourth', 1, 0],
    ['third', 1, 0],
    ['second', 1, 0],
  ]);
  expect(times.get('A')).toHaveLength(3);
  expect([times.get('E')?.length, times.get('F')?.length]).toEqual([3, 3]);
  // Each bus has a place of its own.
  expect(new Set(['B', 'E', 'F'].map((device) => String(phasesOf(times.get(device))))).size).toBe(3);
  await during(buses.stop());
});

it('a bus that is stopped reads no more, and its connection is closed', async () => {
  const { buses, times, transports, metrics, run, during } = world([bus('one', ['A'], '1m'), bus('two', ['B'])]);
  await run(2000);
  await during(buses.remove(new Set(['one'])));
  // Two intervals in which nobody reads the registers would each be a record.
  await run(150_000);
  expect(times.get('A')).toHaveLength(2);
  expect(transports.get('one')?.[0]?.isOpen).toBe(false);
  const requests = transports.get('one')?.[0]?.reads.length;
  expect(await metrics.text()).toContain(`gridwarden_modbus_requests_total{bus="one"} ${requests}\n`);
  await during(buses.stop());
});

it('the times of a device go on rising when another bus reads it, although the clock went back a little', async () => {
  const { buses, times, wall, run, during } = world([bus('one', ['A']), bus('two', ['B'])]);
  await run(1500);
  await during(buses.remove(new Set(['one', 'two'])));
  wall.shiftMs = -1900;
  buses.add([bus('two', ['A', 'B'])], models, ['two']);
  await run(1500);
  const seen = times.get('A') ?? [];
  expect(seen.length).toBeGreaterThan(1);
  expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
  await during(buses.stop());
});
