import type { LoadedEdge } from '../load-config.ts';
import { type BusForecast, type ForecastTerms, forecastBus } from '../modbus/forecast.ts';
import { learnedFileOf, type MemoryLimits, readLimits } from '../modbus/learned-limits.ts';
import { type Overload, overloadOf } from '../modbus/overload.ts';
import { PlanCaches } from '../modbus/read-plan.ts';
import { gridClockOf } from '../platform/common-config.ts';

/** A bus as it is expected to work. */
export interface PlannedBus {
  readonly forecast: BusForecast;
  readonly overload: Overload | undefined;
}

export interface EdgePlan {
  readonly buses: readonly PlannedBus[];
  /** The file of what was learned, and why it could not be used, if so. */
  readonly learnedFile: string;
  readonly learnedProblem?: string;
}

/** What the buses of a configuration are expected to do, with what devices have taught so far. */
export function planEdge({ config, models }: LoadedEdge): EdgePlan {
  const learnedFile = learnedFileOf(config.outbox.path);
  let learnedProblem: string | undefined;
  const limits: MemoryLimits = readLimits(learnedFile, (reason) => {
    learnedProblem = reason;
  });
  const clock = gridClockOf(config.clock);
  const terms: ForecastTerms = { speed: clock.speed, plans: new PlanCaches() };
  const nowMs = clock.nowMs();
  const buses = config.buses.map((bus): PlannedBus => {
    const forecast = forecastBus(bus, { ...terms, models, limits, nowMs });
    return { forecast, overload: overloadOf(forecast, terms) };
  });
  return { buses, learnedFile, ...(learnedProblem === undefined ? {} : { learnedProblem }) };
}

/** What to warn of before a configuration is used; one paragraph a bus. */
export function warningsOf({ buses }: EdgePlan): string[] {
  return buses.flatMap(({ forecast, overload }) => {
    if (overload === undefined) return [];
    const { problems, arithmetic, advice, isCertain } = overload;
    const verdict = isCertain ? 'cannot make its deadlines' : 'may not make its deadlines';
    return [
      [
        `bus ${forecast.config.id} ${verdict}: ${problems.join('; ')}`,
        ...arithmetic.map((line) => `    ${line}`),
        `  change one of:`,
        ...advice.map((line) => `    - ${line}`),
      ].join('\n'),
    ];
  });
}
