/**
 * Randomness as a function: the same keys give the same number, in any order of asking. So a simulated value is a
 * function of scenario seed, device and time, and a restarted fleet goes on where it stopped.
 */

/** Mixes a 32-bit state with one more 32-bit key (the finaliser of MurmurHash3, by A. Appleby, public domain). */
export function mix(state: number, key: number): number {
  let h = (state ^ Math.imul(key | 0, 0xcc9e2d51)) | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** A 32-bit key of a text, such as a device id (FNV-1a). */
export function keyOf(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

/** Uniform in [0, 1) for a state and a key. */
export function uniform(state: number, key: number): number {
  return mix(state, key) / 4294967296;
}

/** Uniform in [from, to). */
export function between(state: number, key: number, from: number, to: number): number {
  return from + (to - from) * uniform(state, key);
}
