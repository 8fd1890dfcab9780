import { textTable } from '../platform/text-table.ts';
import { registerWidth } from '../profiles/model.ts';
import { REGISTER_TYPES, type RegisterType } from '../profiles/schema.ts';
import { asciiOf, type Interpretation, interpretations, ordersOf } from './raw-words.ts';

const FLOAT_DIGITS = 7;
const DOUBLE_DIGITS = 9;

/** The words of registers for a person to read: word by word, then as numbers of 32 and 64 bits in every order. */
export function rawWordsText(address: number, words: readonly number[]): string[] {
  const numbers = interpretations(address, words);
  return [
    ...wordTable(address, words, numbers),
    `as text: ${asciiOf(words)}   with bytes swapped: ${asciiOf(words, 'little')}`,
    ...wideTable(numbers, 2),
    ...wideTable(numbers, 4),
  ];
}

export function addressText(address: number): string {
  return `0x${address.toString(16).padStart(4, '0')}`;
}

function wordTable(address: number, words: readonly number[], numbers: readonly Interpretation[]): string[] {
  const columns = [
    { title: 'address', align: 'right' },
    { title: '' },
    { title: 'hex' },
    { title: 'uint16', align: 'right' },
    { title: 'int16', align: 'right' },
    { title: 'bytes swapped: uint16', align: 'right' },
    { title: 'int16', align: 'right' },
    { title: 'text' },
  ] as const;
  const cell = (at: number, type: RegisterType, byteOrder: string) =>
    String(numbers.find((one) => one.address === at && one.type === type && one.byteOrder === byteOrder)?.value ?? '');
  return textTable(
    columns,
    words.map((word, i) => {
      const at = address + i;
      return [
        String(at),
        addressText(at),
        word.toString(16).padStart(4, '0'),
        cell(at, 'uint16', 'big'),
        cell(at, 'int16', 'big'),
        cell(at, 'uint16', 'little'),
        cell(at, 'int16', 'little'),
        asciiOf([word]),
      ];
    }),
  );
}

const ORDER_TITLES: Readonly<Record<string, string>> = {
  'high-first big': 'high-first',
  'low-first big': 'low-first',
  'high-first little': 'high-first, bytes sw.',
  'low-first little': 'low-first, bytes sw.',
};

function wideTable(numbers: readonly Interpretation[], width: number): string[] {
  const types = REGISTER_TYPES.filter((type) => registerWidth(type) === width);
  const rows = numbers.filter(({ type }) => types.includes(type));
  if (rows.length === 0) return [];
  const orders = ordersOf(types[0] ?? 'uint32').map((order) => `${order.wordOrder} ${order.byteOrder}`);
  const columns = [
    { title: 'address' },
    { title: `${16 * width} bits` },
    ...orders.map((order) => ({ title: ORDER_TITLES[order] ?? order, align: 'right' as const })),
  ];
  const byLine = Map.groupBy(rows, ({ address, type }) => `${address} ${type}`);
  const lines = [...byLine.values()].map((line) => {
    const { address = 0, type = 'uint32' } = line[0] ?? {};
    const cells = orders.map((order) => line.find((one) => `${one.wordOrder} ${one.byteOrder}` === order));
    return [addressText(address), type, ...cells.map((one) => numberText(one?.value ?? null, type))];
  });
  return ['', ...textTable(columns, lines)];
}

/** Integers whole as long as a double holds them; floats with the digits that their type has. */
export function numberText(value: number | null, type: RegisterType): string {
  if (value === null) return 'no number';
  if (!type.startsWith('float')) return Number.isSafeInteger(value) ? String(value) : value.toExponential(6);
  const size = Math.abs(value);
  const digits = type === 'float32' ? FLOAT_DIGITS : DOUBLE_DIGITS;
  if (size !== 0 && (size < 1e-4 || size >= 1e9)) return value.toExponential(4);
  return String(Number(value.toPrecision(digits)));
}
