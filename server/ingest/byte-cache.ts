/** Longer texts are not remembered. */
const MAX_LENGTH = 256;
const PLACES = 4096;

interface Remembered<T> {
  readonly bytes: Uint8Array;
  readonly meaning: T;
}

/**
 * Remembers what stretches of bytes mean: births repeat the same names and properties for each device of a model, and
 * comparing some ten bytes costs less than decoding them. Bounded; what falls on the place of another replaces it.
 */
export class ByteCache<T> {
  readonly #places = new Array<Remembered<T> | undefined>(PLACES).fill(undefined);

  /**
   * The meaning of the bytes from `start` to `end`; the same object each time, which nobody may change.
   * @param decode called when they are not remembered
   */
  read(bytes: Uint8Array, start: number, end: number, decode: () => T): T {
    if (end - start > MAX_LENGTH) return decode();
    const place = placeOf(bytes, start, end);
    const known = this.#places[place];
    if (known && isSame(known.bytes, bytes, start, end)) return known.meaning;
    const meaning = decode();
    // A Buffer's slice would be a view of the message.
    this.#places[place] = { bytes: Uint8Array.from(bytes.subarray(start, end)), meaning };
    return meaning;
  }
}

/** FNV-1a, folded to the number of places. */
function placeOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let index = start; index < end; index++) hash = Math.imul(hash ^ (bytes[index] ?? 0), 0x01000193);
  return (hash ^ (hash >>> 16)) & (PLACES - 1);
}

function isSame(known: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (known.length !== end - start) return false;
  for (let index = 0; index < known.length; index++) if (known[index] !== bytes[start + index]) return false;
  return true;
}
