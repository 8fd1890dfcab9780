import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BusConfig, DeviceConfig } from '../../edge/config.ts';
import { type Buses, startBuses } from '../../edge/modbus/buses.ts';
import { type GridClock, ManualProcessClock, seededRandom } from '../../edge/platform/clock.ts';
import { type Logger, silentLogger } from '../../edge/platform/log.ts';
import { Metrics } from '../../edge/platform/metrics.ts';
import { loadModels } from '../../edge/profiles/load.ts';
import { qualityOf } from '../../edge/protocol/quality.ts';
import type { DeviceHealth, DeviceRead, ReadingSink } from '../../edge/reading.ts';
import { FakeTransport } from './fake-transport.ts';

const models = loadModels();

/** 2026-01-01T00:00:00Z: a multiple of every interval that tests use. */
export const START_MS = Date.UTC(2026, 0, 1);

/** Reads as tests look at them: who, when, and the qualities that occur. */
export interface SeenRead {
  readonly device: string;
  readonly pollClass: string;
  readonly timeMs: number;
  readonly generation: number;
  readonly qualities: readonly string[];
  readonly read: DeviceRead;
}

class RecordingSink implements ReadingSink {
  readonly reads: SeenRead[] = [];
  readonly healths: DeviceHealth[] = [];

  take(read: DeviceRead): void {
    const { layout, timeMs, clockGeneration: generation } = read;
    const qualities = [...new Set(Array.from(read.quality, (code) => qualityOf(code)))];
    this.reads.push({ device: layout.device, pollClass: layout.pollClass, timeMs, generation, qualities, read });
  }

  health(health: DeviceHealth): void {
    this.healths.push(health);
  }
}

export interface WorldOptions {
  readonly devices: readonly Partial<DeviceConfig>[];
  readonly timeout?: string;
  readonly turnaround?: string;
  /** Grid milliseconds after `START_MS` at which it begins. */
  readonly offsetMs?: number;
  readonly learnedHolesFile?: string;
  readonly loadProfilesFile?: string;
  /** Replaces what a bus is configured with, such as its transport. */
  readonly bus?: (config: BusConfig) => BusConfig;
  readonly logger?: Logger;
}

/** One bus with fake devices, under clocks that the test moves. */
export class BusWorld {
  readonly clock = new ManualProcessClock();
  readonly sink = new RecordingSink();
  readonly metrics = new Metrics();
  readonly learnedHolesFile: string;
  readonly grid: GridClock;
  readonly buses: Buses;
  /** Moves the wall clock against the monotonic one. */
  shiftMs = 0;
  generation = 1;
  #transport: FakeTransport | undefined;

  constructor(options: WorldOptions) {
    const offsetMs = options.offsetMs ?? 0;
    this.grid = { speed: 1, nowMs: () => START_MS + offsetMs + this.clock.nowMs() + this.shiftMs };
    this.learnedHolesFile =
      options.learnedHolesFile ?? join(mkdtempSync(join(tmpdir(), 'gridwarden-holes-')), 'holes.json');
    this.buses = startBuses({
      buses: [options.bus?.(configOf(options)) ?? configOf(options)],
      models,
      sink: this.sink,
      gridClock: this.grid,
      processClock: this.clock,
      random: seededRandom(1),
      logger: options.logger ?? silentLogger(),
      metrics: this.metrics,
      learnedHolesFile: this.learnedHolesFile,
      ...(options.loadProfilesFile === undefined ? {} : { loadProfilesFile: options.loadProfilesFile }),
      clockGeneration: () => this.generation,
      createTransport: (_config, clock, events) => {
        this.#transport = new FakeTransport(clock, events);
        return this.#transport;
      },
    });
  }

  get transport(): FakeTransport {
    if (this.#transport === undefined) throw new Error('the bus has no transport');
    return this.#transport;
  }

  /** Lets time pass, a millisecond at a time, with everything that promises do in between. */
  async run(ms: number): Promise<void> {
    for (let i = 0; i < ms; i++) {
      await settled();
      this.clock.advance(1);
    }
    await settled();
  }

  /** Stops the buses; time goes on meanwhile, so that a read under way can end. */
  async stop(): Promise<void> {
    const stopped = this.buses.stop();
    await this.run(1000);
    await stopped;
  }

  readsOf(device: string, pollClass = 'fast'): SeenRead[] {
    return this.sink.reads.filter((read) => read.device === device && read.pollClass === pollClass);
  }

  good(device: string, pollClass = 'fast'): SeenRead[] {
    return this.readsOf(device, pollClass).filter((read) => read.qualities.includes('good'));
  }

  /** Requests of a read of all its classes. */
  planSize(device: string): number {
    return this.report().devices.find(({ id }) => id === device)?.blocks.length ?? 0;
  }

  report() {
    const report = this.buses.report()[0];
    if (report === undefined) throw new Error('there is one bus');
    return report;
  }
}

/** Lets pending promises run: a connection that was made, what follows from it. */
async function settled(): Promise<void> {
  for (let i = 0; i < 4; i++) await Promise.resolve();
}

function configOf({ devices, timeout = '1s', turnaround = '0ms' }: WorldOptions): BusConfig {
  return {
    id: 'bus',
    transport: 'tcp',
    host: '127.0.0.1',
    port: 502,
    timeout,
    turnaround,
    devices: devices.map((device, index) => ({
      id: `M-${index + 1}`,
      model: 'eastron/sdm120',
      unit: index + 1,
      every: { fast: '1s' },
      ...device,
    })),
  };
}

/** `count` devices alike. */
export function devices(count: number, each: Partial<DeviceConfig> = {}): Partial<DeviceConfig>[] {
  return Array.from({ length: count }, () => each);
}
