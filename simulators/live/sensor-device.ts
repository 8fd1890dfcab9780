import type { MetricName } from '../../edge/protocol/quantities.ts';
import type { MeasuredDevice } from '../devices/meter.ts';
import type { LiveArea } from './live-area.ts';

/** The core is warmer than the oil around it, and the cabinet than the air, K. */
const CORE_K = 4;
const CABINET_K = 3;

/** The temperature relay at a scenario's transformer; its inputs are wired as `SENSOR_INPUTS` has it, 7 and 8 to the cabinet. */
export class LiveSensor implements MeasuredDevice {
  readonly #live: LiveArea;

  constructor(live: LiveArea) {
    this.#live = live;
  }

  at(timeMs: number): void {
    this.#live.moveTo(timeMs);
  }

  valueOf(metric: MetricName): number | undefined {
    const { oilC, ambientC, windingC } = this.#live.temperatures();
    switch (metric) {
      case 'temperature_1':
        return oilC;
      case 'temperature_2':
        return ambientC;
      case 'temperature_3':
      case 'temperature_4':
      case 'temperature_5':
        return windingC[Number(metric.at(-1)) - 3];
      case 'temperature_6':
        return oilC + CORE_K;
      case 'temperature_7':
      case 'temperature_8':
        return ambientC + CABINET_K;
      default:
        return undefined;
    }
  }
}
