import type { NotAvailable } from '../../edge/profiles/model.ts';
import type { ByteOrder, RegisterType, WordOrder } from '../../edge/profiles/schema.ts';

export interface NumberLayout {
  readonly type: RegisterType;
  readonly count: number;
  readonly wordOrder: WordOrder;
  readonly byteOrder: ByteOrder;
}

/** Largest and smallest number of each integer type; a device shows its end of range rather than wrapping. */
export const INTEGER_BOUNDS: Readonly<Partial<Record<RegisterType, readonly [number, number]>>> = {
  int16: [-(2 ** 15), 2 ** 15 - 1],
  uint16: [0, 2 ** 16 - 1],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
};

/** Writes a number, or a bit pattern, into `count` registers as the layout says. Integers are rounded to the nearest. */
export function writeNumber(bytes: Buffer, at: number, layout: NumberLayout, value: number | NotAvailable): void {
  writeBigEndian(bytes, at, layout.type, value);
  if (layout.wordOrder === 'low-first') reverseWords(bytes, at, layout.count);
  if (layout.byteOrder === 'little') bytes.subarray(at, at + layout.count * 2).swap16();
}

function writeBigEndian(bytes: Buffer, at: number, type: RegisterType, value: number | NotAvailable): void {
  if (typeof value === 'object') writePattern(bytes, at, type, value);
  else if (type === 'float32') bytes.writeFloatBE(value === 'nan' ? Number.NaN : value, at);
  else if (type === 'float64') bytes.writeDoubleBE(value === 'nan' ? Number.NaN : value, at);
  else if (value !== 'nan') writeInteger(bytes, at, type, value);
}

function writeInteger(bytes: Buffer, at: number, type: RegisterType, value: number): void {
  const whole = Math.round(value);
  const bounds = INTEGER_BOUNDS[type];
  if (!bounds) {
    bytes.writeBigInt64BE(BigInt.asIntN(64, BigInt(whole)), at);
    return;
  }
  const bounded = Math.min(Math.max(whole, bounds[0]), bounds[1]);
  const width = bounds[1] > 2 ** 16 ? 4 : 2;
  if (bounds[0] < 0) bytes.writeIntBE(bounded, at, width);
  else bytes.writeUIntBE(bounded, at, width);
}

function writePattern(
  bytes: Buffer,
  at: number,
  type: RegisterType,
  { high, low }: { high: number; low: number },
): void {
  if (type === 'int16' || type === 'uint16') bytes.writeUInt16BE(low & 0xffff, at);
  else if (type.endsWith('64')) bytes.writeBigUInt64BE((BigInt(high) << 32n) | BigInt(low), at);
  else bytes.writeUInt32BE(low >>> 0, at);
}

function reverseWords(bytes: Buffer, at: number, count: number): void {
  for (let i = 0, j = count - 1; i < j; i++, j--) {
    const word = bytes.readUInt16BE(at + i * 2);
    bytes.writeUInt16BE(bytes.readUInt16BE(at + j * 2), at + i * 2);
    bytes.writeUInt16BE(word, at + j * 2);
  }
}
