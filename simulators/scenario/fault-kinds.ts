/** What a fault is about: one meter, one with three phases, an area, all areas of a feeder, or the answers of a device. */
export type FaultPlace = 'meter' | 'threePhaseMeter' | 'area' | 'feeder' | 'device';

interface FaultFacts {
  readonly place: FaultPlace;
  /** Unit of the size, and the size when a scenario names none. */
  readonly unit: '%' | 'kWh' | 'kWh to go' | 'times' | '';
  readonly size: number;
  readonly meaning: string;
}

function facts<const T extends Record<string, FaultFacts>>(table: T): T {
  return table;
}

/** Every kind of fault that a scenario may have. */
export const FAULT_FACTS = facts({
  meterFast: { place: 'meter', unit: '%', size: 8, meaning: 'the meter counts more than passes it' },
  meterSlow: { place: 'meter', unit: '%', size: 10, meaning: 'the meter counts less than passes it' },
  stuck: { place: 'meter', unit: '', size: 0, meaning: 'the register that is read stays; the meter counts on' },
  stopped: { place: 'meter', unit: '', size: 0, meaning: 'the meter counts nothing' },
  phaseLost: { place: 'threePhaseMeter', unit: '', size: 0, meaning: 'one phase does not reach the meter' },
  ctReversed: { place: 'threePhaseMeter', unit: '', size: 0, meaning: 'the current of one phase is turned round' },
  phasesSwapped: { place: 'threePhaseMeter', unit: '', size: 0, meaning: 'the currents of two phases are swapped' },
  wrongRatio: { place: 'meter', unit: 'times', size: 1.5, meaning: 'the grid says another ratio than the meter has' },
  bypass: { place: 'meter', unit: '%', size: 60, meaning: 'a share of the load passes beside the meter: theft' },
  magnet: { place: 'meter', unit: '%', size: 40, meaning: 'a magnet lets the meter count less: tampering' },
  notEntered: { place: 'meter', unit: '', size: 0, meaning: 'the meter is read; the grid does not know its customer' },
  transientZero: { place: 'meter', unit: '', size: 0, meaning: 'one reading is zero' },
  registerJump: { place: 'meter', unit: 'kWh', size: 500, meaning: 'the register goes up by what was not used' },
  rollover: { place: 'meter', unit: 'kWh to go', size: 100, meaning: 'the register passes its last digit; no defect' },
  missing: { place: 'meter', unit: '%', size: 100, meaning: 'a share of the readings is not there' },
  overload: { place: 'area', unit: '%', size: 60, meaning: 'all customers use more' },
  imbalance: { place: 'area', unit: '%', size: 70, meaning: 'a share of the single-phase customers hangs on phase a' },
  coolingLost: { place: 'area', unit: '%', size: 35, meaning: "the oil's rise is higher by this" },
  overvoltage: { place: 'area', unit: '%', size: 8, meaning: 'the voltage of the whole area is higher by this' },
  areaOutage: { place: 'area', unit: '', size: 0, meaning: 'no power: nothing is used, nothing answers' },
  feederOutage: { place: 'feeder', unit: '', size: 0, meaning: 'no power in all areas of a feeder; a label for each' },
  linkCut: {
    place: 'area',
    unit: '',
    size: 0,
    meaning: 'no device of the area can be reached; what they count is right',
  },
  silent: { place: 'device', unit: '', size: 0, meaning: 'the device does not answer: no readings' },
  exception: { place: 'device', unit: '', size: 0, meaning: 'the device answers with exceptions: no readings' },
  garbage: { place: 'device', unit: '', size: 0, meaning: 'the device answers garbage: no readings' },
  cut: { place: 'device', unit: '', size: 0, meaning: 'the line to the device is cut: no readings' },
  slow: { place: 'device', unit: '', size: 0, meaning: 'the device answers late; its readings are right' },
});
export type ScenarioFaultKind = keyof typeof FAULT_FACTS;
export const SCENARIO_FAULT_KINDS = Object.keys(FAULT_FACTS) as ScenarioFaultKind[];

/** Faults of the answers of a device; what it measures stays right. */
export const DEVICE_FAULTS = ['silent', 'slow', 'exception', 'garbage', 'cut'] as const;
export type DeviceFaultKind = (typeof DEVICE_FAULTS)[number];

export function isDeviceFault(kind: ScenarioFaultKind): kind is DeviceFaultKind {
  return FAULT_FACTS[kind].place === 'device';
}

/** A fault as it was planned: the truth that a score is measured against. Steps are those of the scenario. */
export interface PlannedFault {
  readonly kind: ScenarioFaultKind;
  readonly area: string;
  /** The meter or transformer that has it. */
  readonly device: string;
  /** Customer's place in its area; −1 for the area itself. */
  readonly connection: number;
  /** It is in force from the first of these steps up to the second, which is outside. */
  readonly fromStep: number;
  readonly toStep: number;
  readonly size: number;
  /** A drift grows from nothing to its size over `toStep − fromStep` or 60 days, whichever is shorter. */
  readonly form: 'step' | 'drift';
  /** Phase of a fault of wiring. */
  readonly phase: number;
}
