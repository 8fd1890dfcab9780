import type { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Explanation, ExplanationTable, PAGE_QUERIES } from '../../../../server/ingest/explanation-table.ts';
import type { ExplainedRecords, ExplanationPlace } from '../../../../server/ingest/host.ts';
import { openState } from '../../../../server/state/database.ts';

const NODE = 'east/a';
let database: DatabaseSync;
let table: ExplanationTable;

beforeEach(() => {
  database = openState(':memory:');
  table = new ExplanationTable(database);
});

function explanation(fields: Partial<Explanation> & Pick<Explanation, 'range'>): Explanation {
  return { node: NODE, epoch: 'e1', reason: 'outbox_full', devices: ['M-1'], fromMs: 1, toMs: 2, ...fields };
}

const volts = (device: string, records: number, more: readonly [string, number][] = []) => ({
  groups: [{ metrics: ['voltage_a', 'current_a'], devices: [[device, records], ...more] as [string, number][] }],
  otherRecords: 0,
  otherValues: 0,
});

function placeOf({ explainedMs, epoch, range }: ExplainedRecords): ExplanationPlace {
  return { explainedMs, epoch, firstN: range[0] };
}

describe('explanations, the latest first', () => {
  test('come in pages of any size that together are all of them, also when many are written down at once', () => {
    const entry = fc.record({
      epoch: fc.constantFrom('e1', 'e2', 'f'),
      n: fc.integer({ min: 1, max: 30 }),
      ms: fc.constantFrom(1000, 1000, 2000, 3000),
    });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 60 }), fc.integer({ min: 1, max: 7 }), (entries, limit) => {
        database.exec('DELETE FROM tombstone');
        table.put(explanation({ node: 'east/b', range: [1, 1] }), 2000);
        for (const { epoch, n, ms } of entries) table.put(explanation({ epoch, range: [n, n] }), ms);
        const all = table.page(NODE, 1000, undefined);
        const paged: ExplainedRecords[] = [];
        for (let page = table.page(NODE, limit, undefined); page.length > 0; ) {
          paged.push(...page);
          const last = page.at(-1);
          page = last ? table.page(NODE, limit, placeOf(last)) : [];
        }
        expect(paged).toEqual(all);
        expect(table.count(NODE)).toBe(all.length);
        const keys = all.map(({ explainedMs, epoch, range }) => [9000 - explainedMs, epoch, 100 + range[0]].join(' '));
        expect(keys).toEqual([...keys].sort());
        expect(all.length).toBe(new Set(entries.map(({ epoch, n }) => `${epoch} ${n}`)).size);
      }),
    );
  });

  test('are found by the index, without a sort', () => {
    for (const query of PAGE_QUERIES) {
      const plan = database.prepare(`EXPLAIN QUERY PLAN ${query}`).all();
      const found = expect.stringContaining('SEARCH tombstone USING INDEX tombstone_latest');
      expect(plan.map(({ detail }) => detail)).toEqual([found]);
    }
  });

  test('keep what was lost with them', () => {
    table.put(explanation({ range: [1, 4], losses: volts('M-1', 4) }), 1000);
    table.put(explanation({ range: [5, 6] }), 1000);
    expect(table.page(NODE, 9, undefined).map(({ losses }) => losses)).toEqual([volts('M-1', 4), undefined]);
    expect(table.lossesWithin(NODE, 'e1', [1, 6])).toEqual([volts('M-1', 4)]);
    expect(table.lossesWithin(NODE, 'e1', [2, 6])).toEqual([]);
    expect(table.lossesWithin(NODE, 'e2', [1, 6])).toEqual([]);
  });
});

describe('what a device lost', () => {
  test('is the sum of its explanations by agent, reason and metric, whatever was read together', () => {
    table.put(explanation({ range: [1, 4], losses: volts('M-1', 4, [['M-2', 7]]), fromMs: 10, toMs: 20 }), 1000);
    table.put(explanation({ range: [5, 6], losses: volts('M-1', 2), fromMs: 5, toMs: 15 }), 1000);
    const alone = { groups: [{ metrics: ['voltage_a'], devices: [['M-1', 1] as [string, number]] }] };
    const other = { ...alone, otherRecords: 3, otherValues: 3 };
    table.put(explanation({ range: [7, 9], losses: other, fromMs: 30, toMs: 40 }), 1000);
    table.put(explanation({ range: [10, 10], losses: volts('M-1', 1), reason: 'too_old' }), 1000);
    table.put(explanation({ node: 'east/b', range: [1, 1], losses: volts('M-1', 1) }), 1000);
    const full = { agent: NODE, reason: 'outbox_full' };
    expect(table.ofDevice('M-1')).toEqual([
      { ...full, metric: 'voltage_a', values: 7, fromMs: 5, toMs: 40 },
      { ...full, metric: 'current_a', values: 6, fromMs: 5, toMs: 20 },
      { agent: NODE, reason: 'too_old', metric: 'voltage_a', values: 1, fromMs: 1, toMs: 2 },
      { agent: NODE, reason: 'too_old', metric: 'current_a', values: 1, fromMs: 1, toMs: 2 },
      { agent: 'east/b', reason: 'outbox_full', metric: 'voltage_a', values: 1, fromMs: 1, toMs: 2 },
      { agent: 'east/b', reason: 'outbox_full', metric: 'current_a', values: 1, fromMs: 1, toMs: 2 },
    ]);
    expect(table.ofDevice('M-3')).toEqual([]);
  });
});
