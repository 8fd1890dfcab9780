import { expect, test } from 'vitest';
import { nobodyAdvice, readAdvice, unreachableAdvice } from '../../../../edge/commissioning/advice.ts';
import { busConfigOf } from '../../../../edge/commissioning/where.ts';
import type { ReadFailure } from '../../../../edge/modbus/transport/transport.ts';

const tcp = busConfigOf({ host: 'gateway', port: 1502 });
const line = busConfigOf({ line: '/dev/ttyUSB0' });
const failure = (code: ReadFailure['code'], exception?: number): ReadFailure => ({
  code,
  reason: 'so it is',
  ...(exception === undefined ? {} : { exception }),
});

test.each<[string, ReadFailure, number, RegExp]>([
  ['registers that are not there', failure('MODBUS_EXCEPTION', 2), 4, /One register .* refuses them all.*--fc/],
  ['one register that is not there', failure('MODBUS_EXCEPTION', 2), 1, /address one lower/],
  ['a gateway without the device', failure('MODBUS_EXCEPTION', 11), 4, /gateway is fine.*Is 7 its unit/],
  ['silence', failure('MODBUS_TIMEOUT'), 4, /Is 7 its unit/],
  ['damaged answers', failure('MODBUS_MALFORMED'), 4, /baud rate and parity/],
  ['no connection', failure('MODBUS_CONNECTION'), 4, /address, port and cable.*port 1502/],
])('after a read: %s', (_, failed, count, says) => {
  expect(readAdvice(failed, { unit: 7, count }, tcp)).toMatch(says);
});

test('what is said fits the transport', () => {
  expect(unreachableAdvice(line)).toMatch(/adapter/);
  expect(nobodyAdvice(line)).not.toMatch(/port/);
  expect(nobodyAdvice(tcp)).toMatch(/port 1502 .*--rtu-over-tcp\)/);
  expect(nobodyAdvice(busConfigOf({ host: 'gateway', rtuOverTcp: true }))).toMatch(/leave --rtu-over-tcp out/);
});
