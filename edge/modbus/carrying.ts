import type { ProcessClock, Timer } from '../platform/clock.ts';
import type { Bus } from './bus.ts';
import type { StatsExport } from './stats.ts';

/** How often the counters are carried over to Prometheus. */
const CARRY_STATS_MS = 1000;

/** Carries the buses' counters over to Prometheus, once a second. */
export class Carrying {
  readonly #buses: readonly Bus[];
  readonly #statsExport: StatsExport;
  readonly #clock: ProcessClock;
  #timer: Timer;

  constructor(buses: readonly Bus[], statsExport: StatsExport, clock: ProcessClock) {
    this.#buses = buses;
    this.#statsExport = statsExport;
    this.#clock = clock;
    this.#timer = clock.setTimer(CARRY_STATS_MS, () => this.#carry());
  }

  stop(): void {
    this.#timer.cancel();
  }

  #carry(): void {
    const states = { up: 0, down: 0, unknown: 0 };
    for (const bus of this.#buses) {
      this.#statsExport.carry(bus.config.id, bus.stats);
      for (const { health } of bus.devices)
        states[health.up === undefined ? 'unknown' : health.up ? 'up' : 'down'] += 1;
    }
    for (const state of ['up', 'down', 'unknown'] as const) this.#statsExport.setDevices(state, states[state]);
    this.#timer = this.#clock.setTimer(CARRY_STATS_MS, () => this.#carry());
  }
}
