import { describe, expect, it } from 'vitest';
import { DATA_TYPES, dataTypeName } from '../../../../edge/protocol/datatypes.ts';
import { GOOD, QUALITIES, qualityCode, qualityCodeOfReason, qualityOf } from '../../../../edge/protocol/quality.ts';
import {
  isMetricName,
  METRIC_NAMES,
  pollClassOf,
  QUANTITIES,
  quantityOf,
} from '../../../../edge/protocol/quantities.ts';

describe('the catalogue of quantities', () => {
  it('names metrics in snake_case, no two alike', () => {
    for (const name of METRIC_NAMES) expect(name).toMatch(/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/);
    expect(new Set(METRIC_NAMES).size).toBe(METRIC_NAMES.length);
  });

  it('gives each a range, names in both languages, and a reading type of 18 fields where it has one', () => {
    for (const name of METRIC_NAMES) {
      const { min, max, en, zh, ...quantity } = QUANTITIES[name];
      expect([name, min < max, en.length > 0, /[一-鿿]/.test(zh)]).toEqual([name, true, true, true]);
      if ('readingType' in quantity) expect(quantity.readingType.split('.')).toHaveLength(18);
    }
  });

  // IEC 61968-9, annex C.5: forward active energy in kWh, all phases: accumulation 1 (bulk), flow 1, commodity 1, kind 12,
  // phases 224, multiplier 3 (kilo), unit 72 (Wh).
  it('has the reading type of imported energy', () => {
    expect(QUANTITIES.energy_import.readingType).toBe('0.0.0.1.1.1.12.0.0.0.0.0.0.0.224.3.72.0');
  });

  it('knows its names and no others', () => {
    expect(quantityOf('voltage_a')?.unit).toBe('V');
    expect(quantityOf('toString')).toBeUndefined();
    expect(isMetricName('__proto__')).toBe(false);
  });

  it('reads counters with the registers and the rest fast', () => {
    expect(
      ['instantaneous', 'status', 'register', 'interval', 'demand'].map((kind) => pollClassOf(kind as 'register')),
    ).toEqual(['fast', 'fast', 'registers', 'registers', 'registers']);
  });
});

describe('qualities', () => {
  it('keep their codes: they are on disk', () => {
    expect(QUALITIES).toEqual([
      'good',
      'silent',
      'exception',
      'not_available',
      'out_of_range',
      'malformed',
      'disconnected',
      'missed',
      'clock',
      'type_changed',
      'bad',
    ]);
    expect(GOOD).toBe(0);
  });

  it('come back from their names, and unknown reasons are bad', () => {
    for (const quality of QUALITIES) expect(qualityOf(qualityCode(quality))).toBe(quality);
    expect(qualityOf(qualityCodeOfReason('a reason of someone else'))).toBe('bad');
    expect(qualityOf(200)).toBe('bad');
  });
});

describe('data types', () => {
  it('have the numbers of the specification (3.0.0, section 6.4.16)', () => {
    expect([DATA_TYPES.Int8, DATA_TYPES.Double, DATA_TYPES.String, DATA_TYPES.DateTimeArray]).toEqual([1, 10, 12, 34]);
    expect(Object.values(DATA_TYPES)).toEqual(Array.from({ length: 35 }, (_, code) => code));
    expect(dataTypeName(10)).toBe('Double');
    expect(dataTypeName(99)).toBeUndefined();
  });
});
