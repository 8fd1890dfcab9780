import { zonedMidnightMs } from './time-zone.ts';
import { invalidParameter } from './validation.ts';

/** Readings from before or after this are nobody's: it keeps every time in the range of a Date and of the stores. */
const EARLIEST_MS = Date.UTC(1970, 0, 1);
const LATEST_MS = Date.UTC(2200, 0, 1);

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?([Zz]|[+-]\d{2}:\d{2})$/;

/**
 * Milliseconds since the epoch of a time in a query: RFC 3339, a date (midnight in the district's zone), or the
 * milliseconds themselves.
 * @throws GridwardenError REQUEST_INVALID
 */
export function parseWhen(name: string, text: string, timeZone: string): number {
  const ms = /^\d{1,15}$/.test(text.trim()) ? inRange(Number(text)) : momentMs(text, timeZone);
  if (!Number.isNaN(ms)) return ms;
  throw invalidParameter(
    name,
    'must be a time such as 2026-01-31T08:00:00Z or 2026-01-31, or milliseconds since 1970, before the year 2200',
  );
}

/** A time as answers tell it: RFC 3339, UTC. */
export function instant(timeMs: number): string {
  return new Date(timeMs).toISOString();
}

/** Milliseconds since the epoch of a time in RFC 3339 or a date (midnight in the zone); NaN when the text is neither. */
export function momentMs(text: string, timeZone: string): number {
  const trimmed = text.trim();
  if (!DATE.test(trimmed) && !INSTANT.test(trimmed)) return Number.NaN;
  if (!isRealDate(trimmed.slice(0, 10))) return Number.NaN;
  return inRange(DATE.test(trimmed) ? zonedMidnightMs(trimmed, timeZone) : Date.parse(trimmed));
}

function inRange(ms: number): number {
  return ms >= EARLIEST_MS && ms <= LATEST_MS ? ms : Number.NaN;
}

/** Whether the calendar has the day; `Date.parse` takes the 31st of February for a day in March. */
function isRealDate(date: string): boolean {
  const ms = Date.parse(`${date}T00:00:00Z`);
  return Number.isFinite(ms) && new Date(ms).toISOString().startsWith(date);
}
