import type { MetricName } from '../../edge/protocol/quantities.ts';
import { dissolvedPpm, moistureSaturation } from '../physics/dissolved.ts';
import { between } from '../physics/hash.ts';
import type { Load } from '../physics/load.ts';
import { ambientC, ONAN_OIL, topOilC } from '../physics/oil.ts';
import type { MeasuredDevice } from './meter.ts';

export interface TransformerSensorSettings {
  readonly seed: number;
  readonly load: Load;
  /** tan φ of the load. */
  readonly tanPhi: number;
  readonly ratedKva: number;
  readonly utcOffsetMs: number;
}

/** Winding gradient at rated load, K, and its exponent (ONAN distribution transformer, IEC 60076-7:2018 table 4). */
const GRADIENT_K = 23;
const GRADIENT_EXPONENT = 1.6;
const OIL_REFRESH_MS = 10_000;

/**
 * Temperatures and gas at a distribution transformer, from its load and the weather. The inputs of a relay are wired as
 * 1 top oil, 2 ambient, 3 to 5 windings, 6 core, 7 and 8 cabinet.
 */
export class TransformerSensor implements MeasuredDevice {
  readonly #settings: TransformerSensorSettings;
  #timeMs = -1;
  #oil = { atMs: -1, celsius: 0 };

  constructor(settings: TransformerSensorSettings) {
    this.#settings = settings;
  }

  at(timeMs: number): void {
    this.#timeMs = timeMs;
    const atMs = Math.floor(timeMs / OIL_REFRESH_MS) * OIL_REFRESH_MS;
    if (atMs !== this.#oil.atMs) {
      this.#oil = {
        atMs,
        celsius: topOilC(
          (t) => this.#loadRate(t),
          (t) => this.#ambientC(t),
          atMs,
          ONAN_OIL,
        ),
      };
    }
  }

  valueOf(metric: MetricName): number | undefined {
    switch (metric) {
      case 'temperature_oil_top':
      case 'temperature_oil':
      case 'temperature_oil_sensor':
      case 'temperature_1':
        return this.#oil.celsius;
      case 'temperature_ambient':
      case 'temperature_2':
        return this.#ambientC(this.#timeMs);
      case 'temperature_winding':
      case 'temperature_winding_a':
      case 'temperature_3':
        return this.#windingC(0);
      case 'temperature_winding_b':
      case 'temperature_4':
        return this.#windingC(1);
      case 'temperature_winding_c':
      case 'temperature_5':
        return this.#windingC(2);
      case 'temperature_core':
      case 'temperature_6':
        return this.#oil.celsius + 4;
      case 'temperature_7':
      case 'temperature_8':
        // The cabinet, warmer than the air around it.
        return this.#ambientC(this.#timeMs) + 3;
      case 'oil_moisture':
        return this.#moisturePpm();
      case 'oil_moisture_saturation':
        return moistureSaturation(this.#moisturePpm(), this.#oil.celsius);
      case 'relay_status':
      case 'device_status':
      case 'alarm_status':
        return 0;
      default:
        return dissolvedPpm(metric, this.#settings.seed);
    }
  }

  #moisturePpm(): number {
    return between(this.#settings.seed, 42, 6, 18);
  }

  #windingC(phase: number): number {
    const spread = between(this.#settings.seed, 50 + phase, 0.94, 1.06);
    return this.#oil.celsius + GRADIENT_K * this.#loadRate(this.#timeMs) ** GRADIENT_EXPONENT * spread;
  }

  #loadRate(timeMs: number): number {
    const { load, tanPhi, ratedKva } = this.#settings;
    return (load.powerKw(timeMs) * Math.hypot(1, tanPhi)) / ratedKva;
  }

  #ambientC(timeMs: number): number {
    return ambientC(timeMs, this.#settings.utcOffsetMs, this.#settings.seed);
  }
}
