import { currentReaching, type Phasors } from '../physics/meter/wiring.ts';
import type { MeteredArea } from './metered-area.ts';

export type Phases = [number, number, number];

/** What a meter measures by phase in a step, before its register's resolution; on its own side of the current transformers. */
export interface ConnectionValues {
  /** Phases that the meter has; one with a single phase calls it a. */
  readonly phases: 1 | 3;
  /** Phase to neutral. */
  readonly voltageV: Phases;
  readonly currentA: Phases;
  /** Positive from the grid to the customer. They add up to `totalKw`. */
  readonly activeKw: Phases;
  readonly reactiveKvar: Phases;
  readonly totalKw: number;
  readonly neutralA: number;
}

/** Values of a meter of an area, by its place in `meters`, in the step that was computed last. */
export function connectionValues(area: MeteredArea, index: number): ConnectionValues {
  const meter = area.meters[index];
  const ratio = meter?.planned.settings.ratio ?? 1;
  const totalKw = (meter?.meter.measuredW ?? 0) / (1000 * ratio);
  const scale = (meter?.passingShare(area.step) ?? 1) / ratio;
  const phasors = currentReaching(area.phasorsOf(index), meter?.wiring(area.step));
  const phases = meter?.planned.phase === 'abc' ? 3 : 1;
  const [voltageV, currentA, activeKw, reactiveKvar]: [Phases, Phases, Phases, Phases] = [
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
    [0, 0, 0],
  ];
  for (let k = 0; k < phases; k++) {
    const [u = 0, v = 0] = [phasors[2 * k], phasors[2 * k + 1]];
    const [i = 0, j = 0] = [phasors[6 + 2 * k], phasors[7 + 2 * k]];
    voltageV[k] = Math.hypot(u, v);
    currentA[k] = Math.hypot(i, j) * scale;
    activeKw[k] = ((u * i + v * j) * scale) / 1000;
    reactiveKvar[k] = ((v * i - u * j) * scale) / 1000;
  }
  share(activeKw, totalKw);
  return { phases, voltageV, currentA, activeKw, reactiveKvar, totalKw, neutralA: neutral(phasors) * scale };
}

/** Meters give voltages to a tenth of a volt, and currents to ten milliamperes. */
export function shownV(volts: number): number {
  return Math.round(volts * 10) / 10;
}

export function shownA(amps: number): number {
  return Math.round(amps * 100) / 100;
}

/** Scales the phases' powers to what the meter measures of their sum. */
function share(activeKw: Phases, totalKw: number): void {
  const sum = activeKw[0] + activeKw[1] + activeKw[2];
  const factor = sum === 0 ? 0 : totalKw / sum;
  for (const k of [0, 1, 2] as const) activeKw[k] *= factor;
}

function neutral(phasors: Phasors): number {
  const re = (phasors[6] ?? 0) + (phasors[8] ?? 0) + (phasors[10] ?? 0);
  const im = (phasors[7] ?? 0) + (phasors[9] ?? 0) + (phasors[11] ?? 0);
  return Math.hypot(re, im);
}
