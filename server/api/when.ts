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
  const ms = read(text.trim(), timeZone);
  if (ms >= EARLIEST_MS && ms <= LATEST_MS) return ms;
  throw invalidParameter(
    name,
    'must be a time such as 2026-01-31T08:00:00Z or 2026-01-31, or milliseconds since 1970, before the year 2200',
  );
}

function read(text: string, timeZone: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  if (INSTANT.test(text)) return isRealDate(text.slice(0, 10)) ? Date.parse(text) : Number.NaN;
  return DATE.test(text) && isRealDate(text) ? zonedMidnightMs(text, timeZone) : Number.NaN;
}

/** Whether the calendar has the day; `Date.parse` takes the 31st of February for a day in March. */
function isRealDate(date: string): boolean {
  const ms = Date.parse(`${date}T00:00:00Z`);
  return Number.isFinite(ms) && new Date(ms).toISOString().startsWith(date);
}
