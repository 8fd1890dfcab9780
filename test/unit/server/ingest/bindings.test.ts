import { describe, expect, test } from 'vitest';
import { type Binding, BindingTable, ROLE } from '../../../../server/ingest/bindings.ts';
import { wireOf } from '../../../../server/ingest/metric-value.ts';

function binding(name: string): Binding {
  return { name, role: ROLE.value, dataType: 10, slot: 0, series: 0, pollClass: 'fast' };
}

function table(...metrics: (readonly [string, number])[]): BindingTable {
  const made = new BindingTable();
  for (const [name, alias] of metrics) made.add(binding(name), alias);
  made.seal();
  return made;
}

const byAlias = (made: BindingTable, alias: number) => made.find(wireOf({ alias }))?.name;

describe('metrics by alias and name', () => {
  test.each([
    ['dense', [100, 101, 102]],
    ['sparse', [0, 1_000_000, 2 ** 50]],
  ])('%s aliases', (_, [a = 0, b = 0, c = 0]) => {
    const made = table(['a', a], ['b', b], ['c', c]);
    expect([a, b, c].map((alias) => byAlias(made, alias))).toEqual(['a', 'b', 'c']);
    expect([a + 7, c + 1, a - 1].map((alias) => byAlias(made, alias))).toEqual([undefined, undefined, undefined]);
    expect(made.find(wireOf({ name: 'b' }))?.name).toBe('b');
    expect(made.find(wireOf({ name: 'z' }))).toBeUndefined();
    expect(made.find(wireOf({}))).toBeUndefined();
  });

  test('an alias that stands twice keeps its first meaning', () => {
    const made = new BindingTable();
    expect(made.add(binding('a'), 5)).toBe(true);
    expect(made.add(binding('b'), 5)).toBe(false);
    made.seal();
    expect(byAlias(made, 5)).toBe('a');
    const [a, b] = [made.byName('a'), made.byName('b')];
    expect([a && made.aliasOf(a), b && made.aliasOf(b)]).toEqual([5, undefined]);
  });
});
