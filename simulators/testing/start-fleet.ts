import { ManualGridClock, systemGridClock } from '../../edge/platform/clock.ts';
import { silentLogger } from '../../edge/platform/log.ts';
import { loadModels } from '../../edge/profiles/load.ts';
import type { FaultRequest } from '../config.ts';
import { type LiveDevice, startScenarioFleet } from '../live/scenario-fleet.ts';
import type { Label } from '../scenario/labels.ts';
import { changedScenario } from '../scenario/resized.ts';
import { loadScenario } from '../scenario/scenario.ts';

export interface TestFleetOptions {
  /** A scenario that comes with gridwarden, or a file; default: `clean`, which has no faults. */
  readonly scenario?: string;
  /** Default: 10; at least 3. */
  readonly devices?: number;
  readonly seed?: number;
  /** The fleet's time stands here until it is moved, such as 2026-03-01T08:00:00Z; default: the wall clock. */
  readonly at?: string;
  readonly unitsPerPort?: number;
}

export interface TestFleet extends AsyncDisposable {
  /** By id: model, port on 127.0.0.1, unit. */
  readonly devices: ReadonlyMap<string, LiveDevice>;
  readonly ports: readonly number[];
  /** Moves the time of a fleet that was started with `at`. */
  advance(ms: number): void;
  /** Begins a fault; gives its label. */
  tell(request: FaultRequest): Label;
  /** Ends what a device was told; gives how many faults that were. */
  end(device: string): number;
  /** The truth so far. */
  labels(): readonly Label[];
  stop(): Promise<void>;
}

const DAY_MS = 86_400_000;

/**
 * A simulated fleet on free ports of 127.0.0.1, for a test of one's own: `await using fleet = await startFleet()` stops it at the
 * end of the test. A fleet that goes by the wall clock begins on the day before, so that it is there at once.
 *
 * @throws GridwardenError NOT_FOUND, ARGUMENT_INVALID
 */
export async function startFleet(options: TestFleetOptions = {}): Promise<TestFleet> {
  const { scenario: name = 'clean', devices = 10, seed, at, unitsPerPort } = options;
  const manual = at === undefined ? undefined : new ManualGridClock(Date.parse(at));
  const start = manual ? undefined : new Date(Date.now() - DAY_MS).toISOString().slice(0, 10);
  const fleet = await startScenarioFleet({
    scenario: changedScenario(loadScenario(name), { devices, seed, start }),
    models: loadModels(),
    gridClock: manual ?? systemGridClock(),
    logger: silentLogger(),
    listen: { host: '127.0.0.1', port: 0 },
    unitsPerPort,
  });
  return {
    devices: fleet.devices,
    ports: fleet.ports,
    advance(ms) {
      if (!manual) throw new RangeError('only a fleet that was started with `at` can be moved in time');
      manual.advance(ms);
    },
    tell: (request) => fleet.faults.tell(request),
    end: (device) => fleet.faults.end(device),
    labels: () => fleet.faults.labels(),
    stop: () => fleet.stop(),
    [Symbol.asyncDispose]: () => fleet.stop(),
  };
}
