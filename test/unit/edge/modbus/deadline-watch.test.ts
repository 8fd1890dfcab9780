import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { createLogger } from '../../../../edge/platform/log.ts';
import { BusWorld, devices } from '../../../support/bus-world.ts';

interface Said {
  readonly level: number;
  readonly msg: string;
  readonly arithmetic?: readonly string[];
  readonly advice?: readonly string[];
}

const WARN = 40;
const INFO = 30;

function listening() {
  const said: Said[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      for (const line of chunk.toString().trim().split('\n')) said.push(JSON.parse(line) as Said);
      done();
    },
  });
  const deadlines = () => said.filter(({ msg }) => msg.includes('deadlines'));
  return { logger: createLogger('edge', 'info', stream), deadlines };
}

test('a line that is too slow is told at the start, once, with arithmetic and advice', async () => {
  const { logger, deadlines } = listening();
  const world = new BusWorld({
    devices: devices(20),
    logger,
    bus: ({ id, timeout, turnaround, devices: all }) => ({
      ...{ id, timeout, turnaround, devices: all, transport: 'rtu', path: '/dev/ttyUSB0' },
      ...{ baudRate: 9600, parity: 'none', stopBits: 1 },
    }),
  });
  world.transport.answer = () => ({ kind: 'words', afterMs: 60 });
  await world.run(70_000);
  expect(deadlines()).toHaveLength(1);
  expect(deadlines()[0]).toMatchObject({ level: WARN, msg: 'bus cannot make its deadlines' });
  expect(deadlines()[0]?.arithmetic?.[0]).toMatch(/94 bytes × 1.04 ms \(9600 baud 8N1\)/);
  expect(deadlines()[0]?.advice?.length).toBeGreaterThan(2);
  await world.stop();
  expect(world.clock.pendingTimers).toBe(0);
});

test('what was only assumed of a gateway is corrected by what is measured, and that is kept over a restart', async () => {
  const { logger, deadlines } = listening();
  const world = new BusWorld({ devices: devices(60), logger });
  world.transport.answer = () => ({ kind: 'words', afterMs: 2 });
  await world.run(61_000);
  expect(deadlines().map(({ level, msg }) => [level, msg])).toEqual([
    [INFO, 'bus may not make its deadlines: what a request takes is assumed, and measured soon'],
    [INFO, 'bus makes its deadlines after all'],
  ]);
  await world.stop();
  const after = listening();
  const again = new BusWorld({
    devices: devices(60),
    logger: after.logger,
    learnedHolesFile: world.learnedHolesFile,
    offsetMs: 65_000,
  });
  await again.run(100);
  expect(after.deadlines()).toEqual([]);
});

test('a gateway that turns out to be too slow is told when it was measured', async () => {
  const { logger, deadlines } = listening();
  const world = new BusWorld({ devices: devices(20), logger });
  world.transport.answer = () => ({ kind: 'words', afterMs: 60 });
  await world.run(700_000);
  expect(deadlines().map(({ level, msg }) => [level, msg])).toEqual([[WARN, 'bus cannot make its deadlines']]);
  expect(deadlines()[0]?.arithmetic?.[0]).toMatch(/× 6\d\.\d ms \(measured\)/);
});
