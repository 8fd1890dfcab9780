import { GridwardenError } from '../../edge/platform/errors.ts';
import type { Scenario } from './scenario.ts';

/** A gateway meter, one customer and the sensor at the transformer. */
export const LEAST_DEVICES = 3;
const PER_AREA_BESIDE_CUSTOMERS = 2;
const MOST_CUSTOMERS = 1000;

export interface Changes {
  /** Devices of the whole scenario: meters and sensors. */
  readonly devices?: number | undefined;
  readonly seed?: number | undefined;
  /** First local day, such as 2026-01-01. */
  readonly start?: string | undefined;
}

/**
 * A scenario with another seed, another beginning, or cut or grown to a number of devices: its areas keep about their size, at
 * least two while there are enough devices, and faults are as dense as they were; one that finds no place is left out.
 *
 * @throws GridwardenError ARGUMENT_INVALID
 */
export function changedScenario(scenario: Scenario, { devices, seed, start }: Changes): Scenario {
  const named: Scenario = {
    ...scenario,
    file: { ...scenario.file, ...(seed !== undefined && { seed }), ...(start !== undefined && { start }) },
    ...(start !== undefined && { originMs: Date.parse(`${start}T00:00:00Z`) - scenario.utcOffsetMs }),
  };
  if (Number.isNaN(named.originMs)) {
    throw new GridwardenError('ARGUMENT_INVALID', `${start} is no date such as 2026-01-01`);
  }
  return devices === undefined ? named : resized(named, devices);
}

function resized(scenario: Scenario, devices: number): Scenario {
  const { from, to } = scenario.file.customers;
  const usual = Math.min(MOST_CUSTOMERS, (from + to) / 2) + PER_AREA_BESIDE_CUSTOMERS;
  const areas = Math.max(devices >= 2 * LEAST_DEVICES ? 2 : 1, Math.round(devices / usual));
  if (devices < LEAST_DEVICES || areas > 20_000) {
    throw new GridwardenError(
      'ARGUMENT_INVALID',
      `${scenario.name} cannot have ${devices} devices: an area has at least ${LEAST_DEVICES}, a scenario at most 20000 areas`,
    );
  }
  const sizes = Array.from({ length: areas }, (_, index) => {
    const here = Math.floor(devices / areas) + (index < devices % areas ? 1 : 0);
    return here - PER_AREA_BESIDE_CUSTOMERS;
  });
  const feeders = Math.min(scenario.file.feeders, areas);
  const faultShare = devices / (scenario.file.areas * usual);
  return { ...scenario, file: { ...scenario.file, areas, feeders }, resized: { sizes, faultShare } };
}
