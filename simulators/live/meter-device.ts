import type { MetricName } from '../../edge/protocol/quantities.ts';
import { instantaneous, type MeasuredDevice } from '../devices/meter.ts';
import { KINDS } from '../physics/customers/kinds.ts';
import { distortion, type ElectricalState, frequencyHz } from '../physics/electrical.ts';
import { shownA, shownV } from '../scenario/connection-values.ts';
import type { LiveArea } from './live-area.ts';

const PHASES = [0, 1, 2] as const;

/** A meter of a scenario as it is read now, by its place in the area's meters; its values agree among themselves. */
export class LiveMeter implements MeasuredDevice {
  readonly #live: LiveArea;
  readonly #index: number;
  readonly #seed: number;
  readonly #tanPhi: number;
  readonly #shares: readonly number[];
  #state: ElectricalState | undefined;
  #timeMs = 0;

  constructor(live: LiveArea, index: number) {
    const { plan, seed } = live.area.blueprint;
    const connection = plan.connections[index - 1];
    this.#live = live;
    this.#index = index;
    this.#seed = connection?.seed ?? seed;
    this.#tanPhi = connection ? KINDS[connection.kind].tanPhi : 0;
    this.#shares = connection?.points.length === 3 ? connection.shares : [1, 0, 0];
  }

  at(timeMs: number): void {
    this.#live.moveTo(timeMs);
    this.#timeMs = timeMs;
    this.#state = undefined;
  }

  valueOf(metric: MetricName): number | undefined {
    return this.#registerOf(metric) ?? this.#demandOf(metric) ?? this.#instantaneous(metric);
  }

  #instantaneous(metric: MetricName): number | undefined {
    if (metric === 'active_power') return this.#live.values(this.#index).totalKw;
    this.#state ??= this.#electricalState();
    return instantaneous(this.#state, metric);
  }

  #electricalState(): ElectricalState {
    const { voltageV, currentA, activeKw, reactiveKvar, neutralA } = this.#live.values(this.#index);
    const unrest = this.#live.unrest();
    const each = (value: (k: 0 | 1 | 2) => number) => [value(0), value(1), value(2)] as const;
    return {
      voltageV: each((k) => shownV(voltageV[k] * unrest)),
      currentA: each((k) => shownA(currentA[k] / unrest)),
      activeKw,
      reactiveKvar,
      apparentKva: each((k) => (voltageV[k] * currentA[k]) / 1000),
      neutralA: shownA(neutralA / unrest),
      frequencyHz: frequencyHz(this.#timeMs),
      voltageThdPercent: distortion(this.#seed, 60, 1.2, 3.2, this.#timeMs),
      currentThdPercent: distortion(this.#seed, 63, 4, 14, this.#timeMs),
    };
  }

  #registerOf(metric: MetricName): number | undefined {
    switch (metric) {
      case 'energy_import':
        return this.#live.importKwh(this.#index);
      case 'energy_export':
        return this.#live.exportKwh(this.#index);
      case 'energy_total':
        return this.#live.importKwh(this.#index) + this.#live.exportKwh(this.#index);
      case 'reactive_energy_import':
      case 'reactive_energy_total':
        return this.#reactiveKvarh();
      case 'reactive_energy_export':
        return 0;
      case 'apparent_energy':
        return Math.hypot(this.#live.importKwh(this.#index), this.#reactiveKvarh());
      default:
        return this.#registerOfPhase(metric);
    }
  }

  #registerOfPhase(metric: MetricName): number | undefined {
    if (!/^energy_(import|export)_[abc]$/.test(metric)) return undefined;
    const phase = PHASES.find((k) => metric.endsWith('abc'[k] ?? '')) ?? 0;
    const kwh = metric.startsWith('energy_import')
      ? this.#live.importKwh(this.#index)
      : this.#live.exportKwh(this.#index);
    return kwh * (this.#shares[phase] ?? 0);
  }

  #reactiveKvarh(): number {
    return this.#index === 0 ? this.#live.reactiveKvarh() : this.#live.importKwh(this.#index) * this.#tanPhi;
  }

  /** Demand is the mean of the scenario's step, and its largest since local midnight. */
  #demandOf(metric: MetricName): number | undefined {
    const { planned, maximumW } = this.#live.area.meters[this.#index] ?? {};
    const maximumKw = (maximumW ?? 0) / (1000 * (planned?.settings.ratio ?? 1));
    const apparent = Math.hypot(1, this.#tanPhi);
    const kw = Math.abs(this.#live.values(this.#index).totalKw);
    switch (metric) {
      case 'demand_active':
        return kw;
      case 'demand_active_max':
        return maximumKw;
      case 'demand_apparent':
        return kw * apparent;
      case 'demand_apparent_max':
        return maximumKw * apparent;
      default:
        return undefined;
    }
  }
}
