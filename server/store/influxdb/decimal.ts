const ZERO = 0x30;
const MINUS = 0x2d;
const DOT = 0x2e;
/** Below, all whole numbers are exact, and so is the product of a shorter one with a small power of ten. */
const MAX_EXACT = 1e15;
const THOUSANDTHS = 1e3;
const MILLIONTHS = 1e6;
const EIGHT_DIGITS = 1e8;
/** A 32-bit float has no digits behind the point from here on. */
const FLOAT32_WHOLE = 2 ** 24;
/** Most bytes that a number takes. */
export const MAX_NUMBER_BYTES = 32;

/**
 * Writes a finite number in decimal, so that reading the text gives the same number again; returns the end of the text.
 * Whole numbers, up to six decimals and numbers that came as 32-bit floats, which is what meters send, do not become a
 * string on the way: that is the greater part of what a line costs.
 */
export function writeNumber(bytes: Uint8Array, start: number, value: number): number {
  if (value < 0) {
    bytes[start] = MINUS;
    return writeMagnitude(bytes, start + 1, -value);
  }
  return writeMagnitude(bytes, start, value);
}

function writeMagnitude(bytes: Uint8Array, at: number, value: number): number {
  if (value < MAX_EXACT / MILLIONTHS) {
    // The quotient of two exact numbers is the number that its digits name (IEEE 754, 5.4.1): no other check is needed.
    const thousandths = Math.round(value * THOUSANDTHS);
    if (thousandths / THOUSANDTHS === value) return writeScaled(bytes, at, thousandths, THOUSANDTHS);
    const millionths = Math.round(value * MILLIONTHS);
    if (millionths / MILLIONTHS === value) return writeScaled(bytes, at, millionths, MILLIONTHS);
    if (value >= 1 && value < FLOAT32_WHOLE && Math.fround(value) === value) return writeFloat32(bytes, at, value);
  } else if (value < MAX_EXACT && Math.floor(value) === value) return writeInteger(bytes, at, value);
  const text = String(value);
  for (let index = 0; index < text.length; index++) bytes[at + index] = text.charCodeAt(index);
  return at + text.length;
}

/** `digits / scale`, without zeros at the end. */
function writeScaled(bytes: Uint8Array, at: number, digits: number, scale: number): number {
  const whole = Math.floor(digits / scale);
  const end = writeInteger(bytes, at, whole);
  return writeDecimals(bytes, end, digits - whole * scale, scale);
}

/**
 * A 32-bit float of 1 or more has at most 23 binary places behind the point, so that both products are exact. Cutting off
 * behind the 17th digit, as a double needs, or behind one more leaves the number nearest to the text the same.
 */
function writeFloat32(bytes: Uint8Array, at: number, value: number): number {
  const whole = Math.floor(value);
  const upper = (value - whole) * EIGHT_DIGITS;
  const upperDigits = Math.floor(upper);
  const lower = (upper - upperDigits) * EIGHT_DIGITS;
  const end = writeInteger(bytes, at, whole);
  if (lower === 0) return writeDecimals(bytes, end, upperDigits, EIGHT_DIGITS);
  bytes[end] = DOT;
  writePadded(bytes, end + 1, upperDigits, 8);
  // Half the distance to the next double is more than the digits that are cut off: 1.4e-14 from 128 on.
  const places = whole < 128 ? 8 : 6;
  return trimmed(bytes, writePadded(bytes, end + 9, Math.floor(places === 8 ? lower : lower / 100), places));
}

function writeDecimals(bytes: Uint8Array, at: number, digits: number, scale: number): number {
  if (digits === 0) return at;
  bytes[at] = DOT;
  const places = scale === THOUSANDTHS ? 3 : scale === MILLIONTHS ? 6 : 8;
  return trimmed(bytes, writePadded(bytes, at + 1, digits, places));
}

/** A whole number below 1e15. */
function writeInteger(bytes: Uint8Array, at: number, value: number): number {
  if (value >= EIGHT_DIGITS) {
    const upper = Math.floor(value / EIGHT_DIGITS);
    return writePadded(bytes, writeInteger(bytes, at, upper), value - upper * EIGHT_DIGITS, 8);
  }
  let places = 1;
  for (let limit = 10; value >= limit; limit *= 10) places += 1;
  return writePadded(bytes, at, value, places);
}

/** The last `places` digits of a whole number below 1e9. */
function writePadded(bytes: Uint8Array, at: number, value: number, places: number): number {
  let rest = value | 0;
  for (let index = at + places - 1; index >= at; index--) {
    const tenth = (rest / 10) | 0;
    bytes[index] = ZERO + rest - tenth * 10;
    rest = tenth;
  }
  return at + places;
}

function trimmed(bytes: Uint8Array, end: number): number {
  let last = end;
  while (bytes[last - 1] === ZERO) last -= 1;
  return last;
}
