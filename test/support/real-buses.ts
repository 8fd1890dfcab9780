import { join } from 'node:path';
import { type Buses, type BusesOptions, startBuses } from '../../edge/modbus/buses.ts';
import { seededRandom, systemGridClock, systemProcessClock } from '../../edge/platform/clock.ts';
import { silentLogger } from '../../edge/platform/log.ts';
import { Metrics } from '../../edge/platform/metrics.ts';

/** Buses on the clocks of the machine, without a word in a log; `folder` takes what they learn. */
export function startRealBuses(
  folder: string,
  options: Pick<BusesOptions, 'buses' | 'models' | 'sink'> & Partial<Pick<BusesOptions, 'logger' | 'metrics'>>,
): Buses {
  return startBuses({
    gridClock: systemGridClock(),
    processClock: systemProcessClock(),
    random: seededRandom(1),
    logger: silentLogger(),
    metrics: new Metrics(),
    learnedHolesFile: join(folder, 'holes.json'),
    clockGeneration: () => 1,
    ...options,
  });
}
