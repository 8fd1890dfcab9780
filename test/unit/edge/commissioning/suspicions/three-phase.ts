import type { Numbers } from '../../../../../edge/commissioning/read-value.ts';
import type { MetricName } from '../../../../../edge/protocol/quantities.ts';

/** How the currents of an installation reach the meter. */
export interface Wiring {
  /** For each input of the meter, the phase whose current it gets: 0, 1 or 2. */
  readonly currentOf?: readonly [number, number, number];
  /** 1, or −1 where the current is connected backwards. */
  readonly direction?: readonly [number, number, number];
  readonly amperes?: readonly [number, number, number];
  /** By how much current lags voltage in each load, degrees. */
  readonly lag?: readonly [number, number, number];
}

const VOLTS = 230;
const PHASES = ['a', 'b', 'c'] as const;

/**
 * What a meter shows of an installation, from phasors: voltages at 0°, −120° and 120°, S = U · I*, P its real and Q its
 * imaginary part (IEC 80000-6, 6-57 to 6-60). The wiring is put in at the phasors, not at the angles that are looked for.
 */
export function shown(wiring: Wiring = {}): Numbers {
  const { currentOf = [0, 1, 2], direction = [1, 1, 1], amperes = [10, 8, 12], lag = [18, 18, 18] } = wiring;
  const voltageAngle = [0, -120, 120];
  const numbers = new Map<MetricName, number>();
  let active = 0;
  let reactive = 0;
  PHASES.forEach((phase, input) => {
    const load = currentOf[input] ?? 0;
    const size = amperes[load] ?? 0;
    const angle = (voltageAngle[input] ?? 0) - ((voltageAngle[load] ?? 0) - (lag[load] ?? 0));
    const kva = ((VOLTS * size) / 1000) * (direction[input] ?? 1);
    const kw = kva * Math.cos((angle * Math.PI) / 180);
    const kvar = kva * Math.sin((angle * Math.PI) / 180);
    active += kw;
    reactive += kvar;
    numbers.set(`voltage_${phase}`, VOLTS).set(`current_${phase}`, size);
    numbers.set(`active_power_${phase}`, kw).set(`reactive_power_${phase}`, kvar);
    numbers.set(`apparent_power_${phase}`, Math.abs(kva)).set(`power_factor_${phase}`, kw / Math.abs(kva));
  });
  numbers.set('active_power', active).set('reactive_power', reactive);
  return numbers.set('frequency', 50);
}

/** The same without some metrics. */
export function without(numbers: Numbers, ...patterns: readonly RegExp[]): Numbers {
  return new Map([...numbers].filter(([metric]) => !patterns.some((pattern) => pattern.test(metric))));
}

/** The same with some metrics changed. */
export function withNumbers(numbers: Numbers, changes: Partial<Record<MetricName, number>>): Numbers {
  return new Map([...numbers, ...(Object.entries(changes) as [MetricName, number][])]);
}
