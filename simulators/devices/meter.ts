import type { MetricName } from '../../edge/protocol/quantities.ts';
import { type ConnectionSettings, type ElectricalState, electricalState } from '../physics/electrical.ts';
import { between } from '../physics/hash.ts';
import type { Load } from '../physics/load.ts';
import { localDayStartMs } from '../physics/load-shape.ts';

/** What a simulated device measures at a moment; undefined for what it does not. */
export interface MeasuredDevice {
  /** Moves to a moment; values are constant within one second, as a meter's own refresh has it. */
  at(timeMs: number): void;
  valueOf(metric: MetricName): number | undefined;
  /** A counter at another moment; undefined for what it does not count, absent where nothing counts. */
  registerAt?(metric: MetricName, timeMs: number): number | undefined;
}

const BLOCK_MS = 900_000;
const SQRT3 = Math.sqrt(3);

export interface MeterSettings {
  readonly seed: number;
  readonly load: Load;
  readonly connection: ConnectionSettings;
  readonly utcOffsetMs: number;
}

/** A customer's or supply meter: all its metrics follow from one load, so that they agree among themselves. */
export class Meter implements MeasuredDevice {
  readonly #settings: MeterSettings;
  readonly #startKwh: number;
  #timeMs = -1;
  #state: ElectricalState | undefined;
  #energyKwh = 0;
  #maximum = { dayMs: -1, blockMs: -1, kw: 0 };

  constructor(settings: MeterSettings) {
    this.#settings = settings;
    this.#startKwh = between(settings.seed, 31, 500, 40_000);
  }

  at(timeMs: number): void {
    if (timeMs === this.#timeMs) return;
    this.#timeMs = timeMs;
    this.#state = electricalState(this.#settings.connection, this.#settings.load.powerKw(timeMs), timeMs);
    this.#energyKwh = this.#settings.load.energyKwh(timeMs);
  }

  valueOf(metric: MetricName): number | undefined {
    const state = this.#state;
    if (!state) return undefined;
    return instantaneous(state, metric) ?? this.#register(metric, this.#energyKwh) ?? this.#demand(metric);
  }

  registerAt(metric: MetricName, timeMs: number): number | undefined {
    return this.#register(metric, this.#settings.load.energyKwh(timeMs));
  }

  #register(metric: MetricName, energyKwh: number): number | undefined {
    const { tanPhi, phaseShares } = this.#settings.connection;
    const importKwh = this.#startKwh + energyKwh;
    switch (metric) {
      case 'energy_import':
      case 'energy_total':
        return importKwh;
      case 'energy_import_a':
        return importKwh * phaseShares[0];
      case 'energy_import_b':
        return importKwh * phaseShares[1];
      case 'energy_import_c':
        return importKwh * phaseShares[2];
      case 'energy_export':
      case 'energy_export_a':
      case 'energy_export_b':
      case 'energy_export_c':
      case 'reactive_energy_export':
        return 0;
      case 'reactive_energy_import':
      case 'reactive_energy_total':
        return importKwh * tanPhi;
      case 'apparent_energy':
        return importKwh * Math.hypot(1, tanPhi);
      default:
        return undefined;
    }
  }

  /** Demand over the last 15 minutes, and its largest block since local midnight. */
  #demand(metric: MetricName): number | undefined {
    const apparent = Math.hypot(1, this.#settings.connection.tanPhi);
    switch (metric) {
      case 'demand_active':
        return this.#meanKw(this.#timeMs);
      case 'demand_apparent':
        return this.#meanKw(this.#timeMs) * apparent;
      case 'demand_active_max':
        return this.#maximumKw();
      case 'demand_apparent_max':
        return this.#maximumKw() * apparent;
      default:
        return undefined;
    }
  }

  #meanKw(endMs: number): number {
    const { load } = this.#settings;
    return (load.energyKwh(endMs) - load.energyKwh(endMs - BLOCK_MS)) / (BLOCK_MS / 3_600_000);
  }

  #maximumKw(): number {
    const dayMs = localDayStartMs(this.#timeMs, this.#settings.utcOffsetMs);
    if (dayMs !== this.#maximum.dayMs) this.#maximum = { dayMs, blockMs: dayMs, kw: 0 };
    for (let end = this.#maximum.blockMs + BLOCK_MS; end <= this.#timeMs; end += BLOCK_MS) {
      this.#maximum = { dayMs, blockMs: end, kw: Math.max(this.#maximum.kw, this.#meanKw(end)) };
    }
    return this.#maximum.kw;
  }
}

const PHASE_OF: Readonly<Record<string, 0 | 1 | 2>> = { a: 0, b: 1, c: 2 };

/** A metric of a moment; undefined for one that is a register or no meter's. */
export function instantaneous(state: ElectricalState, metric: MetricName): number | undefined {
  const underscore = metric.lastIndexOf('_');
  const phase = PHASE_OF[metric.slice(underscore + 1)];
  if (phase !== undefined) return ofPhase(state, metric.slice(0, underscore), phase);
  switch (metric) {
    case 'active_power':
      return sum(state.activeKw);
    case 'reactive_power':
      return sum(state.reactiveKvar);
    case 'apparent_power':
      return sum(state.apparentKva);
    case 'power_factor':
      return sum(state.apparentKva) === 0 ? 1 : sum(state.activeKw) / sum(state.apparentKva);
    case 'current_n':
      return state.neutralA;
    case 'frequency':
      return state.frequencyHz;
    case 'voltage_ab':
      return lineVoltageV(state.voltageV[0], state.voltageV[1]);
    case 'voltage_bc':
      return lineVoltageV(state.voltageV[1], state.voltageV[2]);
    case 'voltage_ca':
      return lineVoltageV(state.voltageV[2], state.voltageV[0]);
    default:
      return undefined;
  }
}

function ofPhase(state: ElectricalState, quantity: string, phase: 0 | 1 | 2): number | undefined {
  switch (quantity) {
    case 'voltage':
      return state.voltageV[phase];
    case 'current':
      return state.currentA[phase];
    case 'active_power':
      return state.activeKw[phase];
    case 'reactive_power':
      return state.reactiveKvar[phase];
    case 'apparent_power':
      return state.apparentKva[phase];
    case 'power_factor':
      return state.apparentKva[phase] === 0 ? 1 : state.activeKw[phase] / state.apparentKva[phase];
    case 'voltage_thd':
      return state.voltageThdPercent[phase];
    case 'current_thd':
      return state.currentThdPercent[phase];
    default:
      return undefined;
  }
}

/** Between two phases 120° apart: √(u² + v² + u·v); √3 times the phase voltage when they are equal. */
function lineVoltageV(u: number, v: number): number {
  return u === v ? u * SQRT3 : Math.sqrt(u * u + v * v + u * v);
}

function sum(values: readonly [number, number, number]): number {
  return values[0] + values[1] + values[2];
}
