import { expect, test } from 'vitest';
import { assess } from '../../../../edge/commissioning/assess.ts';
import { recogniseUnit } from '../../../../edge/commissioning/gather-evidence.ts';
import { readDevice } from '../../../../edge/commissioning/read-device.ts';
import { ReadOnlyTransport } from '../../../../edge/commissioning/read-only.ts';
import { scanLine } from '../../../../edge/commissioning/scan-line.ts';
import { BusDevice } from '../../../../edge/modbus/device.ts';
import type { ReadHandler, ReadRequest } from '../../../../edge/modbus/transport/transport.ts';
import { ManualProcessClock } from '../../../../edge/platform/clock.ts';
import { loadModels } from '../../../../edge/profiles/load.ts';
import { FakeTransport } from '../../../support/fake-transport.ts';
import { BenchLine } from './bench-line.ts';

const models = [...loadModels().values()];
const IGNORE: ReadHandler = { onRegisters: () => undefined, onFailure: () => undefined };

test('a write never reaches the line, nor a function that is no read', () => {
  const inner = new FakeTransport(new ManualProcessClock(), { onDown: () => undefined });
  inner.isOpen = true;
  const transport = new ReadOnlyTransport(inner);
  expect(() => transport.writeRegisters({ unit: 1, address: 0, values: [1], timeoutMs: 100 }, IGNORE)).toThrow(
    /only reads/,
  );
  const write = { unit: 1, functionCode: 16, address: 0, count: 1, timeoutMs: 100 } as unknown as ReadRequest;
  expect(() => transport.readRegisters(write, IGNORE)).toThrow(/function 16 is refused/);
  expect([inner.reads.length, inner.writes.length]).toEqual([0, 0]);
});

test('nothing that commissioning does asks for more than functions 3 and 4, whatever the device answers', async () => {
  const words = (address: number) => (address * 7919) & 0xffff;
  const answers = [
    () => ({ kind: 'words', afterMs: 1, word: words }) as const,
    () => ({ kind: 'exception', code: 2, afterMs: 1 }) as const,
    () => ({ kind: 'silent' }) as const,
    () => ({ kind: 'malformed', afterMs: 1 }) as const,
    (request: ReadRequest) =>
      request.address % 2
        ? ({ kind: 'exception', code: 3, afterMs: 1 } as const)
        : ({ kind: 'words', afterMs: 1 } as const),
  ];
  for (const answer of answers) {
    const line = new BenchLine(answer);
    await line.run(scanLine(line.probe, { units: [1, 2], models, pauseMs: 0, console: line.console }));
    await line.run(recogniseUnit(line.probe, 1, { models, gapMs: 0 }));
    for (const model of models) {
      // The load profile of some models is read by writing; commissioning leaves it alone.
      const config = { id: 'd', model: model.name, unit: 1, every: '1s', loadProfile: { utcOffset: '+00:00' } };
      const device = new BusDevice(config, model, '1s', () => 0);
      const reading = await line.run(readDevice(line.probe, device));
      assess(reading, { bus: line.probe.config, trial: true });
    }
    expect(line.transport.writes).toEqual([]);
    expect(line.transport.reads.length).toBeGreaterThan(5);
    expect(line.transport.reads.filter(({ functionCode }) => functionCode !== 3 && functionCode !== 4)).toEqual([]);
  }
});
