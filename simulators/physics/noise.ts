import { mix } from './hash.ts';

/** Standard deviation of the sum of four uniform bytes. */
const BYTES_SD = Math.sqrt((4 * (256 * 256 - 1)) / 12);

/**
 * A number from a bell curve of mean 0 and deviation 1 within ±3.45, for a state and a key: the sum of the four bytes of
 * their hash.
 */
export function bell(state: number, key: number): number {
  const h = mix(state, key);
  return ((h & 255) + ((h >>> 8) & 255) + ((h >>> 16) & 255) + (h >>> 24) - 510) / BYTES_SD;
}

/** A factor of mean 1 whose logarithm has the deviation `sigma`. */
export function logBell(state: number, key: number, sigma: number): number {
  return Math.exp(sigma * bell(state, key) - (sigma * sigma) / 2);
}
