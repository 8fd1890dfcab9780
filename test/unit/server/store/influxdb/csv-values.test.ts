import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NumberReader, TimeReader } from '../../../../../server/store/influxdb/csv-values.ts';

const T0 = Date.UTC(2026, 2, 1) * 1000;
const numbers = new NumberReader();

describe('the cells of an answer', () => {
  test('numbers are read as JavaScript reads them (property)', () => {
    const same = (text: string) => {
      const bytes = Buffer.from(`,${text},live`);
      expect(numbers.read(bytes, 1, bytes.length)).toBe(Number(text));
      expect(numbers.end).toBe(1 + text.length);
      expect(numbers.read(bytes, 1, 1 + text.length)).toBe(Number(text));
    };
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => same(String(value))),
      { numRuns: 3000 },
    );
    const decimal = fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 0, max: 999_999 }));
    const long = fc.bigInt({ min: 10n ** 15n, max: 10n ** 17n });
    fc.assert(
      fc.property(long, fc.nat(15), (digits, place) =>
        same(`${digits}`.replace(new RegExp(`(?<=^.{${place + 1}})`), '.')),
      ),
    );
    fc.assert(
      fc.property(decimal, ([isNegative, whole, part]) => same(`${isNegative ? '-' : ''}${whole}.${part}`)),
      { numRuns: 3000 },
    );
    expect(numbers.read(Buffer.from(','), 0, 1)).toBeNaN();
    expect([numbers.read(Buffer.from('12x4\r\n'), 0, 6), numbers.end]).toEqual([Number.NaN, 4]);
  });

  test('times are read to the microsecond (property)', () => {
    const times = new TimeReader();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_000_000_000_000 }), fc.integer({ min: 0, max: 999 }), (ms, micros) => {
        const iso = new Date(ms).toISOString().replace('Z', `${String(micros).padStart(3, '0')}000Z`);
        expect(times.read(Buffer.from(iso), 0)).toBe(ms * 1000 + micros);
        expect(times.end).toBe(iso.length);
      }),
    );
    expect(times.read(Buffer.from('2026-03-01T00:00:00.5Z'), 0)).toBe(T0 + 500_000);
  });
});
