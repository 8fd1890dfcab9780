import { type Alert, SEVERITIES, type Severity } from '../../contract.ts';

export const PERIODS = ['now', 'day', 'week', 'month'] as const;
export type Period = (typeof PERIODS)[number];

const DAY_MS = 86_400_000;
export const PERIOD_MS: Readonly<Record<Exclude<Period, 'now'>, number>> = {
  day: DAY_MS,
  week: 7 * DAY_MS,
  month: 30 * DAY_MS,
};

export type AlertState = Alert['state'];
export const ALERT_STATES: readonly AlertState[] = ['A', 'B', 'C', 'D', 'E', 'F', 'G'];

export interface AlertFilter {
  readonly period: Period;
  readonly severity: Severity | undefined;
  readonly state: AlertState | undefined;
  readonly text: string;
}

export function parseAlertFilter(query: URLSearchParams): AlertFilter {
  return {
    period: PERIODS.find((period) => period === query.get('show')) ?? 'now',
    severity: SEVERITIES.find((severity) => severity === query.get('severity')),
    state: ALERT_STATES.find((state) => state === query.get('state')),
    text: query.get('q') ?? '',
  };
}

/** The alerts that fit, in the order given; the text is looked for in both languages. */
export function filterAlerts(alerts: readonly Alert[], filter: AlertFilter): Alert[] {
  const text = filter.text.trim().toLowerCase();
  return alerts.filter((alert) => {
    if (filter.severity !== undefined && alert.severity !== filter.severity) return false;
    if (filter.state !== undefined && alert.state !== filter.state) return false;
    const fields = [alert.subject, alert.rule, alert.text.en, alert.text.zh];
    return text === '' || fields.some((field) => field.toLowerCase().includes(text));
  });
}

/** A list of the past with what the stream has said since: by id, the stream winning. Newest first. */
export function withCurrent(past: readonly Alert[], current: readonly Alert[], fromMs: number): Alert[] {
  const byId = new Map(past.map((alert) => [alert.id, alert]));
  for (const alert of current) if (alert.raisedMs >= fromMs || byId.has(alert.id)) byId.set(alert.id, alert);
  return [...byId.values()].sort((a, b) => b.raisedMs - a.raisedMs);
}
