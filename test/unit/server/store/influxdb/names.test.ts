import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { METRIC_NAMES } from '../../../../../edge/protocol/quantities.ts';
import {
  anyOf,
  fieldName,
  lineKey,
  originCode,
  qualityField,
  tagValue,
} from '../../../../../server/store/influxdb/names.ts';

describe('names', () => {
  test('of the catalogue and ordinary devices stay as they are', () => {
    expect(METRIC_NAMES.map(fieldName)).toEqual(METRIC_NAMES);
    expect(METRIC_NAMES.map(lineKey)).toEqual(METRIC_NAMES);
    expect(tagValue('M-0001')).toBe('M-0001');
    expect(tagValue('node a/dévice')).toBe('node a/dévice');
  });

  test('that the server needs for itself get a mark', () => {
    expect(['time', '_x', 'power_quality', '~x'].map(fieldName)).toEqual(['~time', '~_x', '~power_quality', '~~x']);
    expect(qualityField(fieldName('voltage_a'))).toBe('voltage_a_quality');
  });

  test('hold nothing that breaks a line', () => {
    expect(lineKey(tagValue('a b,c=d\\'))).toBe('a\\ b\\,c\\=d%5C');
    expect(tagValue('x\ny\r\t%')).toBe('x%0Ay%0D%09%25');
  });

  test('of different series stay different (property)', () => {
    const name = fc.string({
      unit: fc.constantFrom('a', '_', '~', '%', '\\', '\n', '5', 'C', 'quality', 'time'),
      maxLength: 6,
    });
    fc.assert(
      fc.property(name, name, (one, other) => {
        if (one === other) return;
        expect(fieldName(one)).not.toBe(fieldName(other));
        expect(tagValue(one)).not.toBe(tagValue(other));
        // The reasons of one metric never lie in the field of another.
        expect(qualityField(fieldName(one))).not.toBe(fieldName(other));
      }),
      { numRuns: 2000 },
    );
  });

  test('are matched by their pattern, and only they (property)', () => {
    const name = fc.string({
      unit: fc.constantFrom('a', '.', '*', '(', '|', '/', '$', '^', '[', '-'),
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 4 }), name, (names, other) => {
        const pattern = new RegExp(anyOf(names));
        for (const one of names) expect(pattern.test(one)).toBe(true);
        expect(pattern.test(other)).toBe(names.includes(other));
      }),
    );
  });

  test('of origins have the codes of the store', () => {
    expect(['live', 'device_profile', 'import', 'conflict', 'unknown'].map(originCode)).toEqual([0, 1, 2, 3, 3]);
  });
});
