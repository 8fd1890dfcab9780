import { type Decoder, decodeInto } from '../modbus/decode.ts';
import { registerWidth } from '../profiles/model.ts';
import {
  BYTE_ORDERS,
  type ByteOrder,
  REGISTER_TYPES,
  type RegisterType,
  WORD_ORDERS,
  type WordOrder,
} from '../profiles/schema.ts';
import { bytesOf } from './read-value.ts';

/** One number that words may be: of a type, read in an order. */
export interface Interpretation {
  /** Zero-based address of its first register. */
  readonly address: number;
  readonly type: RegisterType;
  readonly wordOrder: WordOrder;
  readonly byteOrder: ByteOrder;
  /** NaN and infinities are null. */
  readonly value: number | null;
}

/** Every number that a run of words may be: each type from each address, in each order of words and bytes. */
export function interpretations(address: number, words: readonly number[]): Interpretation[] {
  return words.flatMap((_, at) =>
    REGISTER_TYPES.filter((type) => at + registerWidth(type) <= words.length).flatMap((type) =>
      ordersOf(type).map(({ wordOrder, byteOrder }) => ({
        address: address + at,
        type,
        wordOrder,
        byteOrder,
        value: numberIn(words.slice(at, at + registerWidth(type)), type, wordOrder, byteOrder),
      })),
    ),
  );
}

/** A single register has no order of words. */
export function ordersOf(type: RegisterType): readonly { wordOrder: WordOrder; byteOrder: ByteOrder }[] {
  const wordOrders = registerWidth(type) === 1 ? WORD_ORDERS.slice(0, 1) : WORD_ORDERS;
  return BYTE_ORDERS.flatMap((byteOrder) => wordOrders.map((wordOrder) => ({ wordOrder, byteOrder })));
}

function numberIn(
  words: readonly number[],
  type: RegisterType,
  wordOrder: WordOrder,
  byteOrder: ByteOrder,
): number | null {
  const decoder: Decoder = {
    width: words.length,
    lowFirst: wordOrder === 'low-first',
    swapped: byteOrder === 'little',
    type,
    factor: 1,
    divisor: 0,
    notAvailable: [],
    min: -Number.MAX_VALUE,
    max: Number.MAX_VALUE,
  };
  const values = new Float64Array(1);
  decodeInto(decoder, bytesOf(words), 0, values, new Uint8Array(1), 0);
  const value = values[0] ?? Number.NaN;
  return Number.isFinite(value) ? value : null;
}

/** The words as text, unprintable bytes as dots. */
export function asciiOf(words: readonly number[], byteOrder: ByteOrder = 'big'): string {
  const bytes = words.flatMap((word) => (byteOrder === 'big' ? [word >> 8, word & 0xff] : [word & 0xff, word >> 8]));
  return bytes.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
}
