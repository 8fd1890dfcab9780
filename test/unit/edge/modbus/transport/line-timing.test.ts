import { expect, test } from 'vitest';
import { characterMs, formatName, silenceMs } from '../../../../../edge/modbus/transport/line-timing.ts';

// Modbus over serial line V1.02, section 2.5.1: a character has 11 bits, with parity or with a second stop bit in its
// place; section 2.5.1.1: 3.5 characters of silence, above 19 200 baud 1.750 ms.
test.each([
  [9600, 'even', 1, 11_000 / 9600, 3.5 * (11_000 / 9600)],
  [9600, 'none', 2, 11_000 / 9600, 3.5 * (11_000 / 9600)],
  [9600, 'none', 1, 10_000 / 9600, 3.5 * (10_000 / 9600)],
  [19_200, 'odd', 1, 11_000 / 19_200, 3.5 * (11_000 / 19_200)],
  [38_400, 'even', 1, 11_000 / 38_400, 1.75],
  [115_200, 'none', 1, 10_000 / 115_200, 1.75],
] as const)('%i baud, parity %s, %i stop bits', (baudRate, parity, stopBits, character, silence) => {
  const format = { baudRate, parity, stopBits };
  expect(characterMs(format)).toBeCloseTo(character, 9);
  expect(silenceMs(format)).toBeCloseTo(silence, 9);
});

test('formats are named as installers write them', () => {
  expect(formatName({ baudRate: 9600, parity: 'none', stopBits: 1 })).toBe('9600 baud 8N1');
  expect(formatName({ baudRate: 19_200, parity: 'even', stopBits: 1 })).toBe('19200 baud 8E1');
});
