/** Wake-ups cost more than the reads they start: what falls due within this time is started together. */
export const SLOT_MS = 20;

/** Reads at least this far apart are taken exactly at the boundaries of the clock (…:00, …:15), not spread. */
export const ALIGNED_FROM_MS = 60_000;

/** A deadline at a boundary of the clock may be served late by a quarter of its interval, and at most this much. */
const MOST_GRACE_MS = 60_000;

const GOLDEN_RATIO = 0.618_033_988_749_895;

export interface PhaseOf {
  /** Position of the device among those of its bus, and their number. */
  readonly index: number;
  readonly devices: number;
  readonly busIndex: number;
  readonly periodMs: number;
  readonly slotMs: number;
}

/**
 * Offset of a device's reads in their period, in ms: the devices of a bus spread evenly, the buses among each other by
 * the golden ratio, all of them on multiples of the slot.
 */
export function phaseMs({ index, devices, busIndex, periodMs, slotMs }: PhaseOf): number {
  const slots = Math.max(1, Math.floor(periodMs / slotMs));
  const busOffset = (busIndex * GOLDEN_RATIO) % 1;
  return (Math.floor(((index + busOffset) / devices) * slots) % slots) * slotMs;
}

/** The first moment after `nowMs` that lies `phaseMs` after a multiple of the period, counted from the epoch (UTC). */
export function nextDueMs(nowMs: number, periodMs: number, phaseMs: number): number {
  return (Math.floor((nowMs - phaseMs) / periodMs) + 1) * periodMs + phaseMs;
}

/** How long after its deadline a read of the registers still counts, grid ms: those at boundaries of the clock are to be near them. */
export function graceMs(periodMs: number): number {
  return periodMs >= ALIGNED_FROM_MS ? Math.min(periodMs / 4, MOST_GRACE_MS) : periodMs;
}
