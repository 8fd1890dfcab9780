import type { BusConfig } from '../config.ts';
import { BusDevice } from '../modbus/device.ts';
import type { CreateTransport } from '../modbus/transport/create.ts';
import type { ProcessClock } from '../platform/clock.ts';
import { modelOf } from '../profiles/inputs.ts';
import type { ModelCatalogue } from '../profiles/load.ts';
import { assess } from './assess.ts';
import { ProbeLine } from './probe-line.ts';
import { readDevice } from './read-device.ts';
import type { CheckedDevice } from './report-device.ts';

export interface CheckOptions {
  readonly buses: readonly BusConfig[];
  readonly models: ModelCatalogue;
  readonly clock: ProcessClock;
  readonly createTransport: CreateTransport;
  readonly signal: AbortSignal;
  readonly onDevice: (checked: number) => void;
}

/** Buses that are read at the same time; each is a line of its own. */
const MOST_BUSES = 16;

/** Reads every device of every bus once: one request at a time on a bus, several buses at once. In order of the file. */
export async function checkDevices(options: CheckOptions): Promise<CheckedDevice[]> {
  const found: CheckedDevice[][] = options.buses.map(() => []);
  const waiting = options.buses.entries();
  let checked = 0;
  const worker = async () => {
    for (const [index, bus] of waiting) {
      for await (const device of devicesOf(bus, options)) {
        found[index]?.push(device);
        checked += 1;
        options.onDevice(checked);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(MOST_BUSES, options.buses.length) }, worker));
  return found.flat();
}

async function* devicesOf(bus: BusConfig, options: CheckOptions): AsyncGenerator<CheckedDevice> {
  const probe = new ProbeLine(bus, options.clock, options.createTransport);
  try {
    for (const config of bus.devices) {
      if (options.signal.aborted) return;
      const device = new BusDevice(config, modelOf(options.models, config), bus.timeout, noChance);
      const reading = await readDevice(probe, device);
      yield { bus: bus.id, reading, findings: assess(reading, { bus, trial: false }) };
    }
  } finally {
    await probe.close();
  }
}

/** A device's back-off draws from it, and nothing here backs off. */
export function noChance(): number {
  return 0;
}
