import { describe, expect, it } from 'vitest';
import { type Binding, ROLE } from '../../../../server/ingest/bindings.ts';
import { BirthShape } from '../../../../server/ingest/birth-shape.ts';
import { VALUE_FIELD, type WireMetric } from '../../../../server/ingest/payload-walker.ts';

const METER = { stream: {}, state: { kind: 'meter' } } as const;

function metric(name: string, alias: number, fields: Partial<WireMetric> = {}): WireMetric {
  const head = { name, alias, timeMs: 1, dataType: 10, isHistorical: false, isNull: false, ...fields };
  return { valueField: VALUE_FIELD.double, number: 1, high: 0, text: '', properties: undefined, ...head };
}

const METRICS = [metric('voltage_a', 1), metric('current_a', 2)];
const bindings = METRICS.map(
  ({ name = '', dataType }, slot): Binding => ({
    name,
    role: ROLE.value,
    dataType,
    slot,
    series: slot,
    pollClass: 'fast',
  }),
);

describe('the shape of a birth', () => {
  const shape = new BirthShape(METER, METRICS, bindings);

  it('is that of one with the same metrics, whatever their values', () => {
    expect(shape.isOf(METER, [metric('voltage_a', 1, { number: 2, timeMs: 2 }), metric('current_a', 2)])).toBe(true);
  });

  it.each([
    ['one more metric', [...METRICS, metric('voltage_b', 3)]],
    ['one less', METRICS.slice(1)],
    ['another order', METRICS.toReversed()],
    ['another name', [metric('voltage_b', 1), metric('current_a', 2)]],
    ['another alias', [metric('voltage_a', 1), metric('current_a', 3)]],
    ['another data type', [metric('voltage_a', 1, { dataType: 9 }), metric('current_a', 2)]],
  ])('is not that of a birth with %s', (_, metrics) => {
    expect(shape.isOf(METER, metrics)).toBe(false);
  });

  it('is not that of a device of another kind, or whose node does not number its records', () => {
    expect(shape.isOf({ ...METER, state: { kind: 'device' } }, METRICS)).toBe(false);
    expect(shape.isOf({ ...METER, stream: undefined }, METRICS)).toBe(false);
    expect(shape.isOf({ ...METER, stream: {} }, METRICS)).toBe(true);
  });

  it('tells once of each new description of a metric', () => {
    const described = new BirthShape(METER, METRICS, bindings);
    const properties = { keys: ['engUnit'], values: [{ type: 12, stringValue: 'V' }] };
    const anew = metric('voltage_a', 1, { properties });
    expect(described.describesAnew(0, metric('voltage_a', 1))).toBe(false);
    expect(described.describesAnew(0, anew)).toBe(true);
    expect(described.describesAnew(0, anew)).toBe(false);
    expect(described.describesAnew(1, metric('current_a', 2))).toBe(false);
  });
});
