import { describe, expect, test } from 'vitest';
import { duration, milliseconds, unitList, wholeNumber } from '../../../../edge/commissioning/arguments.ts';
import { busConfigOf, whereFlags } from '../../../../edge/commissioning/where.ts';
import { codeOf } from '../../../../edge/platform/errors.ts';

function codeThrownBy(action: () => unknown): string | undefined {
  try {
    action();
    return 'nothing';
  } catch (error) {
    return codeOf(error);
  }
}

describe('units', () => {
  test.each([
    ['1', [1]],
    ['1-4', [1, 2, 3, 4]],
    ['5, 1-2,5', [1, 2, 5]],
    ['0,255', [0, 255]],
  ])('%s', (text, units) => expect(unitList(text)).toEqual(units));

  test.each(['', 'x', '4-1', '256', '1-300', '-3', '1;2'])('%j is refused', (text) =>
    expect(codeThrownBy(() => unitList(text))).toBe('ARGUMENT_INVALID'),
  );
});

test('numbers are whole, decimal or hexadecimal, and within bounds', () => {
  const address = wholeNumber('--address', 0, 65_535);
  expect([address('0x5b00'), address('23296')]).toEqual([23_296, 23_296]);
  for (const text of ['65536', '-1', '1.5', '', 'ff', '1e3'])
    expect(codeThrownBy(() => address(text))).toBe('ARGUMENT_INVALID');
});

test('durations are those of the configuration', () => {
  expect([duration('300ms'), milliseconds('2s')]).toEqual(['300ms', 2000]);
  expect(codeThrownBy(() => duration('300'))).toBe('ARGUMENT_INVALID');
});

describe('where a device is', () => {
  test('becomes a bus of the configuration, with its defaults', () => {
    expect(busConfigOf({ host: 'gw' })).toMatchObject({ transport: 'tcp', host: 'gw', port: 502, timeout: '1s' });
    expect(busConfigOf({ host: 'gw', rtuOverTcp: true, port: 4001 })).toMatchObject({
      transport: 'rtu-over-tcp',
      port: 4001,
    });
    expect(busConfigOf({ line: '/dev/ttyUSB0', baud: 19_200, parity: 'even', timeout: '300ms' })).toMatchObject({
      transport: 'rtu',
      path: '/dev/ttyUSB0',
      baudRate: 19_200,
      parity: 'even',
      stopBits: 1,
      timeout: '300ms',
    });
  });

  test.each([[{}], [{ host: 'gw', line: '/dev/ttyUSB0' }], [{ line: '/dev/ttyUSB0', parity: 'sometimes' }]])(
    '%j is refused',
    (where) => expect(codeThrownBy(() => busConfigOf(where))).toBe('ARGUMENT_INVALID'),
  );

  test('is written as flags to copy', () => {
    expect(whereFlags({ host: 'gw', port: 1502, rtuOverTcp: true })).toBe('--host gw --port 1502 --rtu-over-tcp');
    expect(whereFlags({ line: '/dev/ttyUSB0', baud: 9600 })).toBe('--line /dev/ttyUSB0 --baud 9600');
  });
});
