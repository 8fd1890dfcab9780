import { quantityOf } from '../../../../edge/protocol/quantities.ts';

/** What a bucket of a chart shows of its readings. */
export type Shown = 'mean' | 'min' | 'max' | 'last';

export interface HistoryQuestion {
  readonly metrics: readonly string[];
  /** undefined: as taken. */
  readonly every: string | undefined;
  readonly shown: Shown;
}

/** A register, a demand or a status has no meaningful mean: its last value stands for a bucket. */
export function isAveraged(metric: string): boolean {
  const kind = quantityOf(metric)?.kind;
  return kind === undefined || kind === 'instantaneous';
}

/**
 * The questions that fill a chart. Averaged metrics are asked for their lowest and highest value too: a mean alone
 * hides the peak that the operator looks for.
 */
export function historyQuestions(metrics: readonly string[], every: string | undefined): HistoryQuestion[] {
  if (metrics.length === 0) return [];
  if (every === undefined) return [{ metrics, every, shown: 'last' }];
  const averaged = metrics.filter(isAveraged);
  const others = metrics.filter((metric) => !isAveraged(metric));
  const questions: HistoryQuestion[] = [];
  if (averaged.length > 0)
    for (const shown of ['mean', 'min', 'max'] as const) questions.push({ metrics: averaged, every, shown });
  if (others.length > 0) questions.push({ metrics: others, every, shown: 'last' });
  return questions;
}

/** The metrics that a device page shows at first: what says most about the device. */
export function defaultMetrics(metrics: readonly string[]): string[] {
  const preferred = ['active_power', 'temperature_oil_top', 'temperature_winding', 'dissolved_hydrogen', 'voltage_a'];
  const found = preferred.filter((metric) => metrics.includes(metric)).slice(0, 2);
  return found.length > 0 ? found : metrics.slice(0, 1);
}

export const MAX_CHARTED = 8;

/** Metrics by unit, in the order given: each unit has a chart of its own, because two scales in one picture mislead. */
export function byUnit(metrics: readonly string[], unitOf: (metric: string) => string): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const metric of metrics) {
    const unit = unitOf(metric);
    const group = groups.get(unit);
    if (group) group.push(metric);
    else groups.set(unit, [metric]);
  }
  return groups;
}
