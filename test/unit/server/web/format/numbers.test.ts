import { expect, test } from 'vitest';
import { formatAge } from '../../../../../server/web/src/format/age.ts';
import { formatCount, formatValue } from '../../../../../server/web/src/format/number.ts';

test('a reading has the decimals of its unit', () => {
  expect(formatValue(230.04999, 'V')).toBe('230.0');
  expect(formatValue(5.1, 'kW')).toBe('5.10');
  expect(formatValue(101_902.519, 'kWh')).toBe('101,902.52');
  expect(formatValue(0.95512, '')).toBe('0.955');
  expect(formatValue(3, '', 'status')).toBe('3');
  expect(formatValue(1.23456789, 'bar')).toBe('1.234568');
});

test('a value that rounds to zero has no sign; a negative one has', () => {
  expect(formatValue(-0.001, 'kW')).toBe('0.00');
  expect(formatValue(-1.5, 'kW')).toBe('-1.50');
});

test('counts have separators', () => {
  expect(formatCount(10_000)).toBe('10,000');
});

test.each([
  [-5000, '0 s', '0 秒'],
  [999, '0 s', '0 秒'],
  [59_999, '59 s', '59 秒'],
  [65_000, '1 min 05 s', '1 分 05 秒'],
  [3_600_000 * 3 + 60_000 * 7, '3 h 07 min', '3 小时 07 分'],
  [86_400_000 * 2 - 1, '47 h 59 min', '47 小时 59 分'],
  [86_400_000 * 12 + 3_600_000 * 4, '12 d 4 h', '12 天 4 小时'],
])('an age of %i ms is %s, %s', (ageMs, en, zh) => {
  expect(formatAge(ageMs, 'en')).toBe(en);
  expect(formatAge(ageMs, 'zh')).toBe(zh);
});
