import { between, uniform } from './hash.ts';

/** The state of a connection at a moment; powers in kW, kvar and kVA, positive from the grid to the customer. */
export interface ElectricalState {
  readonly voltageV: readonly [number, number, number];
  readonly currentA: readonly [number, number, number];
  readonly activeKw: readonly [number, number, number];
  readonly reactiveKvar: readonly [number, number, number];
  readonly apparentKva: readonly [number, number, number];
  readonly neutralA: number;
  readonly frequencyHz: number;
  readonly voltageThdPercent: readonly [number, number, number];
  readonly currentThdPercent: readonly [number, number, number];
}

export interface ConnectionSettings {
  readonly seed: number;
  /** Share of the load on each phase; they add up to 1. A single-phase customer has 1 on one phase. */
  readonly phaseShares: readonly [number, number, number];
  /** tan φ: reactive over active power. */
  readonly tanPhi: number;
  readonly nominalVoltageV: number;
  /** Voltage drop from the transformer to the connection, V per A. */
  readonly dropOhm: number;
}

const DAY_S = 86_400;

/** Grid frequency at a moment, Hz: two slow swings within ±0.03 Hz around 50. */
export function frequencyHz(timeMs: number): number {
  const t = timeMs / 1000;
  return 50 + 0.018 * Math.sin((2 * Math.PI * t) / 613) + 0.009 * Math.sin((2 * Math.PI * t) / 47);
}

/**
 * Voltages, currents and powers of a connection for a given active power. They satisfy S² = P² + Q² and S = V·I in each
 * phase exactly.
 */
export function electricalState(settings: ConnectionSettings, totalKw: number, timeMs: number): ElectricalState {
  const sinPart = Math.sqrt(1 + settings.tanPhi ** 2);
  const phases = settings.phaseShares.map((share, phase) => {
    const activeKw = totalKw * share;
    const apparentKva = activeKw * sinPart;
    const sourceV = sourceVoltageV(settings, phase, timeMs);
    const currentA = currentFor(apparentKva * 1000, sourceV, settings.dropOhm);
    return {
      activeKw,
      reactiveKvar: activeKw * settings.tanPhi,
      apparentKva,
      currentA,
      voltageV: sourceV - currentA * settings.dropOhm,
    };
  });
  const pick = (key: 'activeKw' | 'reactiveKvar' | 'apparentKva' | 'currentA' | 'voltageV') =>
    [phases[0]?.[key] ?? 0, phases[1]?.[key] ?? 0, phases[2]?.[key] ?? 0] as const;
  const currentA = pick('currentA');
  return {
    voltageV: pick('voltageV'),
    currentA,
    activeKw: pick('activeKw'),
    reactiveKvar: pick('reactiveKvar'),
    apparentKva: pick('apparentKva'),
    neutralA: neutralCurrentA(currentA),
    frequencyHz: frequencyHz(timeMs),
    voltageThdPercent: distortion(settings.seed, 60, 1.2, 3.2, timeMs),
    currentThdPercent: distortion(settings.seed, 63, 4, 14, timeMs),
  };
}

/** Total harmonic distortion of the phases, %: a level of the connection that swings by a tenth over half an hour. */
export function distortion(
  seed: number,
  key: number,
  from: number,
  to: number,
  timeMs: number,
): [number, number, number] {
  const swing = 1 + 0.1 * Math.sin((2 * Math.PI * timeMs) / 1_800_000);
  const level = (phase: number) => between(seed, key + phase, from, to) * swing;
  return [level(0), level(1), level(2)];
}

/** I with V·I = S and V = V0 − R·I: the smaller root of R·I² − V0·I + S = 0. */
function currentFor(apparentVa: number, sourceV: number, dropOhm: number): number {
  if (dropOhm === 0) return apparentVa / sourceV;
  const root = Math.max(0, sourceV ** 2 - 4 * dropOhm * apparentVa);
  return (sourceV - Math.sqrt(root)) / (2 * dropOhm);
}

/** Voltage at the source: a daily swing, a slow one, and one a minute, together within ±2 %. */
function sourceVoltageV(settings: ConnectionSettings, phase: number, timeMs: number): number {
  const t = timeMs / 1000;
  const daily = 0.008 * Math.cos((2 * Math.PI * t) / DAY_S + between(settings.seed, 20, 0, 1));
  const slow = 0.006 * Math.sin((2 * Math.PI * t) / 1733 + phase * 2);
  const quick = 0.003 * (uniform(settings.seed + phase, Math.floor(t / 5)) * 2 - 1);
  return settings.nominalVoltageV * (1 + daily + slow + quick);
}

/**
 * Neutral current for equal power factors: √(Ia²+Ib²+Ic²−IaIb−IbIc−IcIa). Currents of 70.1, 36.7 and 88.1 A give 45.17 A.
 */
export function neutralCurrentA([a, b, c]: readonly [number, number, number]): number {
  return Math.sqrt(Math.max(0, a * a + b * b + c * c - a * b - b * c - c * a));
}
