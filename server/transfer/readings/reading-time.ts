import type { LocalProblem, LocalZone } from './local-time.ts';

const DAY_MS = 86_400_000;
const DIGITS_MS = /^\d{9,15}$/;
/** Date, and what may stand between its parts; Chinese exports write 2026年1月31日, too. */
const DATE = /^(\d{4})(?:[-/.年])(\d{1,2})(?:[-/.月])(\d{1,2})日?|^(\d{4})(\d{2})(\d{2})(?!\d)/;
const CLOCK = /^(?:[T ]\s*)?(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?/i;
const ZONE = /^(?:[Zz]|([+-])(\d{2}):?(\d{2}))$/;

/** A time as it stands in a file. */
interface TimeParts {
  /** As if it were UTC. */
  readonly localMs: number;
  readonly hasClock: boolean;
  /** What has to be added to UTC; undefined when nothing is said of the zone. */
  readonly offsetMs: number | undefined;
}

/** What a date without a time of day stands for. */
export type DateMeaning = 'begin' | 'end' | 'refused';

/**
 * Reads the times of one file. RFC 3339, Unix milliseconds, or a local time in the zone that was stated. The last texts are
 * remembered: files are in order of time, or repeat the same times device by device.
 */
export class ReadingTimes {
  readonly #zone: LocalZone | undefined;
  readonly #dates: DateMeaning;
  readonly #known = new Map<string, number | string>();

  constructor(zone: LocalZone | undefined, dates: DateMeaning) {
    this.#zone = zone;
    this.#dates = dates;
  }

  /** Milliseconds since 1970, or in words why the text is no time. */
  read(text: string): number | string {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const found = this.#find(text.trim());
    if (this.#known.size >= 20_000) this.#known.clear();
    this.#known.set(text, found);
    return found;
  }

  /** Of a date the local time so many minutes after its midnight; 1440 is the next midnight. */
  readOnDay(date: string, minutes: number): number | string {
    const parts = partsOf(date.trim());
    if (!parts || parts.hasClock || parts.offsetMs !== undefined) return `"${date}" is no date such as 2026-01-31`;
    return this.#moment(date, parts.localMs + minutes * 60_000);
  }

  #find(text: string): number | string {
    if (DIGITS_MS.test(text)) return Number(text);
    const parts = partsOf(text);
    if (!parts) return `"${text}" is no time: RFC 3339 such as 2026-01-31T08:00:00Z, or milliseconds since 1970`;
    if (!parts.hasClock) return this.#ofDate(text, parts.localMs);
    if (parts.offsetMs !== undefined) return parts.localMs - parts.offsetMs;
    return this.#moment(text, parts.localMs);
  }

  #ofDate(text: string, localMs: number): number | string {
    if (this.#dates === 'refused') return `"${text}" is a date without a time of day`;
    const midnightMs = this.#dates === 'end' ? localMs + DAY_MS : localMs;
    if (!this.#zone) return noZone(text);
    return inWords(text, this.#zone, this.#zone.beginOfDay(midnightMs));
  }

  #moment(text: string, localMs: number): number | string {
    return this.#zone ? inWords(text, this.#zone, this.#zone.momentOf(localMs)) : noZone(text);
  }
}

function noZone(text: string): string {
  return `"${text}" has no time zone, and none was stated (--time-zone)`;
}

function inWords(text: string, { name }: LocalZone, moment: number | LocalProblem): number | string {
  if (moment === 'ambiguous')
    return `"${text}" is two moments in ${name}: the clocks go back over it; give it with its offset`;
  if (moment === 'missing') return `"${text}" does not exist in ${name}: the clocks go forward over it`;
  return moment;
}

function partsOf(text: string): TimeParts | undefined {
  const date = DATE.exec(text);
  if (!date) return undefined;
  const dayMs = dayOf(Number(date[1] ?? date[4]), Number(date[2] ?? date[5]), Number(date[3] ?? date[6]));
  if (dayMs === undefined) return undefined;
  const rest = text.slice(date[0].length);
  if (rest === '') return { localMs: dayMs, hasClock: false, offsetMs: undefined };
  const clock = CLOCK.exec(rest);
  const clockMs = clock ? timeOfDay(clock) : undefined;
  if (!clock || clockMs === undefined) return undefined;
  const zone = rest.slice(clock[0].length).trim();
  const offsetMs = zone === '' ? undefined : offsetOf(zone);
  if (zone !== '' && offsetMs === undefined) return undefined;
  return { localMs: dayMs + clockMs, hasClock: true, offsetMs };
}

/** Undefined when the calendar does not have the day. */
function dayOf(year: number, month: number, day: number): number | undefined {
  const ms = Date.UTC(year, month - 1, day);
  const date = new Date(ms);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day && date.getUTCFullYear() === year
    ? ms
    : undefined;
}

/** 24:00 is the end of the day (ISO 8601 section 5.4.2 as of 2004 and 2019/Amd 1). */
function timeOfDay([, hour, minute, second = '0', fraction = '']: RegExpExecArray): number | undefined {
  const [h, m, s] = [Number(hour), Number(minute), Number(second)];
  const ms = Math.floor(Number(`0.${fraction || '0'}`) * 1000);
  if (m > 59 || s > 59 || h > 24 || (h === 24 && m + s + ms > 0)) return undefined;
  return ((h * 60 + m) * 60 + s) * 1000 + ms;
}

function offsetOf(text: string): number | undefined {
  const zone = ZONE.exec(text);
  if (!zone) return undefined;
  const minutes = Number(zone[2] ?? 0) * 60 + Number(zone[3] ?? 0);
  return (zone[1] === '-' ? -minutes : minutes) * 60_000;
}
