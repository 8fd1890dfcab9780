export const COMMA = 0x2c;
export const NEWLINE = 0x0a;
export const RETURN = 0x0d;
export const DOT = 0x2e;
const MINUS = 0x2d;
const ZERO = 0x30;
/** More may be more than 2^53. */
const MAX_EXACT_DIGITS = 16;
const POWERS_OF_TEN = Array.from({ length: MAX_EXACT_DIGITS + 1 }, (_, exponent) => 10 ** exponent);

/** Reads decimal numbers from bytes. */
export class NumberReader {
  /** Where the last number that was read ends. */
  end = 0;

  /**
   * The number that begins at `start` and ends with its cell, or at `limit`; NaN when there is none. While the digits are a
   * number below 2^53, the quotient of two exact numbers is the number that is meant; others take the long way.
   */
  read(bytes: Buffer, start: number, limit: number): number {
    const first = bytes[start] === MINUS ? start + 1 : start;
    let index = first;
    let mantissa = 0;
    let dot = -1;
    for (; index < limit; index++) {
      const digit = (bytes[index] ?? 0) - ZERO;
      if (digit >= 0 && digit <= 9) mantissa = mantissa * 10 + digit;
      else if (digit === DOT - ZERO && dot < 0) dot = index;
      else break;
    }
    const digits = index - first - (dot < 0 ? 0 : 1);
    const isWhole = index >= limit || endsCell(bytes[index]);
    if (!isWhole || digits === 0 || digits > MAX_EXACT_DIGITS || mantissa > Number.MAX_SAFE_INTEGER) {
      return this.#long(bytes, start, index, limit);
    }
    this.end = index;
    const magnitude = dot < 0 ? mantissa : mantissa / (POWERS_OF_TEN[index - dot - 1] ?? 1);
    return first === start ? magnitude : -magnitude;
  }

  #long(bytes: Buffer, start: number, from: number, limit: number): number {
    let end = from;
    while (end < limit && !endsCell(bytes[end])) end += 1;
    this.end = end;
    return end === start ? Number.NaN : Number(bytes.toString('latin1', start, end));
  }
}

function endsCell(byte: number | undefined): boolean {
  return byte === COMMA || byte === RETURN || byte === NEWLINE;
}

/** Reads `2026-03-01T00:15:00Z`, with up to nine digits of a second, as microseconds since the Unix epoch. */
export class TimeReader {
  /** Where the last time that was read ends, behind its `Z`. */
  end = 0;
  #date = -1;
  #daySeconds = 0;

  read(bytes: Uint8Array, start: number): number {
    const date =
      pair(bytes, start) * 1_000_000 +
      pair(bytes, start + 2) * 10_000 +
      pair(bytes, start + 5) * 100 +
      pair(bytes, start + 8);
    // Rows follow each other in time, most of them on one day.
    if (date !== this.#date) {
      this.#date = date;
      this.#daySeconds = Date.UTC(Math.floor(date / 10_000), (Math.floor(date / 100) % 100) - 1, date % 100) / 1000;
    }
    const clock = pair(bytes, start + 11) * 3600 + pair(bytes, start + 14) * 60 + pair(bytes, start + 17);
    this.end = start + 20;
    return (this.#daySeconds + clock) * 1_000_000 + (bytes[start + 19] === DOT ? this.#fraction(bytes, start + 20) : 0);
  }

  /** Microseconds from the digits behind the dot. */
  #fraction(bytes: Uint8Array, start: number): number {
    let micros = 0;
    let index = start;
    for (let unit = 100_000; isDigit(bytes[index]); index++, unit /= 10) {
      if (unit >= 1) micros += ((bytes[index] ?? ZERO) - ZERO) * unit;
    }
    this.end = index + 1;
    return micros;
  }
}

/** A number of two digits. */
function pair(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? ZERO) * 10 + (bytes[at + 1] ?? ZERO) - 11 * ZERO;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= ZERO + 9;
}
