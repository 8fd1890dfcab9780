/**
 * District time: everything the page shows and takes is in the district's time zone, whatever the zone of the
 * operator's machine. The UTC offset stands beside it.
 */

interface ZoneFormats {
  readonly parts: Intl.DateTimeFormat;
  readonly offset: Intl.DateTimeFormat;
}

export interface ZonedParts {
  readonly year: string;
  readonly month: string;
  readonly day: string;
  readonly hour: string;
  readonly minute: string;
  readonly second: string;
}

const formats = new Map<string, ZoneFormats>();

function formatsOf(timeZone: string): ZoneFormats {
  const known = formats.get(timeZone);
  if (known) return known;
  const two = '2-digit';
  const made = {
    parts: new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: two,
      day: two,
      hour: two,
      minute: two,
      second: two,
    }),
    offset: new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }),
  };
  formats.set(timeZone, made);
  return made;
}

/** The fields of a moment in a time zone, with leading zeros. */
export function zonedParts(timeMs: number, timeZone: string): ZonedParts {
  const parts: Record<string, string> = {};
  for (const { type, value } of formatsOf(timeZone).parts.formatToParts(timeMs)) parts[type] = value;
  const { year = '', month = '', day = '', hour = '', minute = '', second = '' } = parts;
  return { year, month, day, hour, minute, second };
}

/** `UTC+08:00`, as it is in the zone at that moment. */
export function zoneOffset(timeMs: number, timeZone: string): string {
  const parts = formatsOf(timeZone).offset.formatToParts(timeMs);
  const name = parts.find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
  return name === 'GMT' ? 'UTC+00:00' : name.replace('GMT', 'UTC');
}

/** `2026-01-31 08:00:05` */
export function formatTime(timeMs: number, timeZone: string): string {
  const p = zonedParts(timeMs, timeZone);
  return `${p.year}-${p.month}-${p.day} ${p.hour}:${p.minute}:${p.second}`;
}

/** `2026-01-31 08:00:05 UTC+08:00`: a moment that cannot be misunderstood. */
export function formatFullTime(timeMs: number, timeZone: string): string {
  return `${formatTime(timeMs, timeZone)} ${zoneOffset(timeMs, timeZone)}`;
}

/** `2026-01-31T08:00`: what an input for local date and time holds. */
export function toLocalInput(timeMs: number, timeZone: string): string {
  const p = zonedParts(timeMs, timeZone);
  return `${p.year}-${p.month}-${p.day}T${p.hour}:${p.minute}`;
}

/**
 * The moment of a local date and time (`2026-01-31T08:00`) in a zone; undefined when it is none. Of a time that comes
 * twice (clocks set back) the first is meant; one that does not exist (set forward) is moved on by the gap.
 */
export function fromLocalInput(text: string, timeZone: string): number | undefined {
  const asUtc = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(text) ? Date.parse(`${text}Z`) : Number.NaN;
  if (Number.isNaN(asUtc)) return undefined;
  const dayMs = 86_400_000;
  const candidates = [offsetMs(asUtc - dayMs, timeZone), offsetMs(asUtc + dayMs, timeZone)].map(
    (offset) => asUtc - offset,
  );
  const exact = candidates.filter((candidate) => candidate + offsetMs(candidate, timeZone) === asUtc);
  // In the gap no candidate fits: the offset of before it gives the time moved on by the gap.
  return exact.length > 0 ? Math.min(...exact) : candidates[0];
}

function offsetMs(timeMs: number, timeZone: string): number {
  const p = zonedParts(timeMs, timeZone);
  const local = Date.UTC(
    Number(p.year),
    Number(p.month) - 1,
    Number(p.day),
    Number(p.hour),
    Number(p.minute),
    Number(p.second),
  );
  return local - Math.floor(timeMs / 1000) * 1000;
}
