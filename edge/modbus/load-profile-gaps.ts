/** Boundaries of intervals after `fromMs` and up to `toMs` that nobody read, UTC ms by the edge's grid clock. */
export interface ProfileGap {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Reads come a little late; only a longer silence is an outage. */
const OUTAGE_PERIODS = 1.5;
/** A read so soon after a boundary stands for it. */
const SERVES_MS = 60_000;
/** What is older is not fetched: no meter is asked for more than this at a time. */
export const MAX_GAP_MS = 31 * 86_400_000;

/**
 * The gap that a good read of the registers at `nowMs` has ended; undefined when the one before, at `lastMs`, was at most
 * one and a half periods ago. It does not matter why nobody read: a restart, a lost connection and a silent device look
 * the same from here.
 */
export function gapBetween(lastMs: number, nowMs: number, periodMs: number): ProfileGap | undefined {
  if (nowMs - lastMs <= OUTAGE_PERIODS * periodMs) return undefined;
  const toMs = nowMs - Math.min(SERVES_MS, periodMs);
  return { fromMs: Math.max(lastMs, nowMs - MAX_GAP_MS), toMs };
}

/** Number of interval ends in a gap; intervals lie at multiples of their length in the meter's time. */
export function intervalsIn({ fromMs, toMs }: ProfileGap, intervalMs: number, utcOffsetMs: number): number {
  const index = (timeMs: number) => Math.floor((timeMs + utcOffsetMs) / intervalMs);
  return Math.max(0, index(toMs) - index(fromMs));
}

/** The gap in parts of at most so many intervals, oldest first. */
export function* partsOf(gap: ProfileGap, intervalMs: number, intervals: number): Generator<ProfileGap> {
  for (let fromMs = gap.fromMs; fromMs < gap.toMs; fromMs += intervals * intervalMs)
    yield { fromMs, toMs: Math.min(gap.toMs, fromMs + intervals * intervalMs) };
}
