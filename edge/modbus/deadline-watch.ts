import type { GridClock, ProcessClock, Timer } from '../platform/clock.ts';
import type { Logger } from '../platform/log.ts';
import type { ModelCatalogue } from '../profiles/load.ts';
import type { Bus } from './bus.ts';
import { type BusForecast, forecastBus } from './forecast.ts';
import type { LimitStore } from './learned-limits.ts';
import { type Overload, overloadOf, percent } from './overload.ts';
import type { PlanCaches } from './read-plan.ts';

/** What requests take is measured after this long, and again. */
const FIRST_MEASURED_MS = 60_000;
const MEASURED_AGAIN_MS = 600_000;

/** A measurement that says about the same is not worth a write to disk. */
const WORTH_KEEPING = 0.2;
const WORTH_KEEPING_MS = 1;

export interface DeadlineWatchOptions {
  readonly models: ModelCatalogue;
  readonly limits: LimitStore;
  readonly plans: PlanCaches;
  readonly gridClock: GridClock;
  readonly processClock: ProcessClock;
  readonly logger: Logger;
}

/**
 * Says at the start which buses cannot make their deadlines, and why; and again when what was measured on them says
 * otherwise than what was assumed.
 */
export class DeadlineWatch {
  readonly #buses: readonly Bus[];
  #options: DeadlineWatchOptions;
  /** What was said of a bus last: whether it cannot make its deadlines. */
  readonly #said = new Map<Bus, boolean>();
  #timer: Timer | undefined;

  constructor(buses: readonly Bus[], options: DeadlineWatchOptions) {
    this.#buses = buses;
    this.#options = options;
  }

  start(): void {
    this.#timer = this.#options.processClock.setTimer(FIRST_MEASURED_MS, () => this.#measure());
  }

  stop(): void {
    this.#timer?.cancel();
  }

  /** Buses have come while it watches, of these models. */
  joined(buses: readonly Bus[], models: ModelCatalogue): void {
    this.#options = { ...this.#options, models };
    for (const bus of buses) this.#judge(bus, this.#forecast(bus));
  }

  left(buses: readonly Bus[]): void {
    for (const bus of buses) this.#said.delete(bus);
  }

  #measure(): void {
    for (const bus of this.#buses) {
      if (this.#keep(bus, this.#forecast(bus))) this.#judge(bus, this.#forecast(bus));
    }
    this.#timer = this.#options.processClock.setTimer(MEASURED_AGAIN_MS, () => this.#measure());
  }

  #forecast(bus: Bus): BusForecast {
    const { gridClock, ...terms } = this.#options;
    return forecastBus(bus.config, { ...terms, nowMs: gridClock.nowMs(), speed: gridClock.speed });
  }

  /** Keeps what requests take on the bus, if that is news. */
  #keep(bus: Bus, forecast: BusForecast): boolean {
    const overheadMs = measuredOverheadMs(bus, forecast);
    if (overheadMs === undefined) return false;
    const before = forecast.measured?.overheadMs;
    if (before !== undefined && Math.abs(overheadMs - before) <= Math.max(WORTH_KEEPING_MS, WORTH_KEEPING * before))
      return false;
    this.#options.limits.measured(bus.config.id, { overheadMs, measuredAtMs: this.#options.gridClock.nowMs() });
    return true;
  }

  #judge(bus: Bus, forecast: BusForecast): void {
    const { gridClock, plans, logger } = this.#options;
    const overload = overloadOf(forecast, { speed: gridClock.speed, plans });
    if (overload !== undefined) this.#complain(bus, overload);
    else if (this.#said.get(bus) !== undefined)
      logger.info({ bus: bus.config.id, share: percent(forecast.share) }, 'bus makes its deadlines after all');
    if (overload === undefined) this.#said.delete(bus);
  }

  #complain(bus: Bus, { problems, arithmetic, advice, isCertain }: Overload): void {
    if (this.#said.get(bus) === isCertain) return;
    this.#said.set(bus, isCertain);
    const facts = { bus: bus.config.id, problems, arithmetic, advice };
    const { logger } = this.#options;
    if (isCertain) logger.warn(facts, 'bus cannot make its deadlines');
    else logger.info(facts, 'bus may not make its deadlines: what a request takes is assumed, and measured soon');
  }
}

/** What a request takes beside its bytes, mean over the devices that answer; undefined before any has. */
function measuredOverheadMs(bus: Bus, { groups }: BusForecast): number | undefined {
  const byId = new Map(bus.devices.map((device) => [device.id, device]));
  let sum = 0;
  let count = 0;
  for (const { devices, visits } of groups) {
    const [visit] = visits;
    if (visit === undefined || visit.requests === 0) continue;
    for (const { id } of devices) {
      const device = byId.get(id);
      if (device?.usualRequestMs === undefined || device.sick) continue;
      sum += Math.max(0, device.usualRequestMs - visit.wireMs / visit.requests);
      count += 1;
    }
  }
  return count === 0 ? undefined : Number((sum / count).toFixed(2));
}
