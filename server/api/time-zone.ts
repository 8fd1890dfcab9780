const DAY_MS = 86_400_000;
/** Two changes of an offset lie further apart (the shortest known, around Ramadan in Morocco, are 4 weeks). */
const SEARCH_STEP_MS = 7 * DAY_MS;

const formats = new Map<string, Intl.DateTimeFormat>();

/** What has to be added to UTC to get local time in a zone, at a moment; ms. */
export function zoneOffsetMs(timeZone: string, atMs: number): number {
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of formatOf(timeZone).formatToParts(atMs)) parts[type] = Number(value);
  const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(atMs / 1000) * 1000;
}

/** The moment at which a local date (`2026-01-31`) begins in a zone; ms. */
export function zonedMidnightMs(date: string, timeZone: string): number {
  const localMs = Date.parse(`${date}T00:00:00Z`);
  const guessMs = localMs - zoneOffsetMs(timeZone, localMs);
  // The offset is that of the result, not of the guess: they differ when the clocks change in between.
  const beginMs = localMs - zoneOffsetMs(timeZone, guessMs);
  const isSkipped = beginMs + zoneOffsetMs(timeZone, beginMs) < localMs;
  // Where the clocks go forward at midnight the day begins at the change.
  return isSkipped ? localMs - zoneOffsetMs(timeZone, beginMs) : beginMs;
}

/** The moments in (fromMs, toMs) at which a zone's offset changes, in order. */
export function offsetChanges(timeZone: string, fromMs: number, toMs: number): number[] {
  const changes: number[] = [];
  for (let lowMs = fromMs; lowMs < toMs; lowMs += SEARCH_STEP_MS) {
    const highMs = Math.min(toMs, lowMs + SEARCH_STEP_MS);
    if (zoneOffsetMs(timeZone, lowMs) !== zoneOffsetMs(timeZone, highMs))
      changes.push(findChange(timeZone, lowMs, highMs));
  }
  return changes.filter((ms) => ms > fromMs && ms < toMs);
}

/** The first moment with the later offset; to the second, which is as fine as zones are. */
function findChange(timeZone: string, lowMs: number, highMs: number): number {
  const before = zoneOffsetMs(timeZone, lowMs);
  let low = Math.floor(lowMs / 1000);
  let high = Math.ceil(highMs / 1000);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (zoneOffsetMs(timeZone, middle * 1000) === before) low = middle;
    else high = middle;
  }
  return high * 1000;
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-u-ca-iso8601', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  formats.set(timeZone, made);
  return made;
}
