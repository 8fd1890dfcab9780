import { crc32 } from 'node:zlib';
import type { PollClass } from '../protocol/quantities.ts';

/** A record in the outbox, with the number of its layout in the file's dictionary. */
export interface OutboxRecord {
  readonly n: number;
  readonly layoutId: number;
  readonly timeMs: number;
  readonly clockGeneration: number;
  /** One number a metric of the layout; NaN wherever the quality is not good. */
  readonly values: Float64Array;
  readonly quality: Uint8Array;
}

/**
 * What goes first when the outbox is full: a lower class goes before a higher one. Blocks hold one class each, so that
 * dropping is deleting whole blocks.
 */
export const KEEP_CLASS = {
  /** Fast values. */
  fast: 0,
  /** Registers read between interval boundaries. */
  registers: 1,
  /** The first registers of a device at or after an interval boundary: what settlement is made of. */
  boundary: 2,
} as const;
export type KeepClass = (typeof KEEP_CLASS)[keyof typeof KEEP_CLASS];
export const KEEP_CLASSES: readonly KeepClass[] = [KEEP_CLASS.fast, KEEP_CLASS.registers, KEEP_CLASS.boundary];

/** Length of a settlement interval; its boundaries lie at multiples in UTC. */
export const INTERVAL_MS = 15 * 60_000;

/**
 * A record layout as the file's dictionary has it. Names are the catalogue's, never aliases; a file that an older program
 * wrote may hold one that the catalogue no longer has.
 */
export interface StoredLayout {
  readonly device: string;
  readonly pollClass: PollClass;
  readonly metrics: readonly string[];
}

/** As many bits as four bytes of a variable-length integer hold. */
const NUMBER_BITS = 28;

/**
 * The number of a layout, which follows from what it says. Were it counted, a record that outlives the dictionary of a
 * damaged file would be read as one of whichever device is given that number next.
 */
export function layoutNumber({ device, pollClass, metrics }: StoredLayout): number {
  const text = [device, pollClass, ...metrics].join('\0');
  return (crc32(text) >>> (32 - NUMBER_BITS)) + 1;
}
