import { array, integer, property, assert as propertyHolds, string, uniqueArray } from 'fast-check';
import { expect, test } from 'vitest';
import { pageOf } from '../../../../server/api/page.ts';

const key = (item: string) => item;

test('walking the pages gives every item once, in order, whatever the size of a page', () => {
  propertyHolds(
    property(uniqueArray(string()), integer({ min: 1, max: 5 }), (items, limit) => {
      const walked: string[] = [];
      let cursor: string | undefined;
      do {
        const page = pageOf(items, key, { limit, cursor, filters: {} });
        expect(page.total).toBe(items.length);
        walked.push(...page.items);
        cursor = page.next ?? undefined;
      } while (cursor !== undefined);
      expect(walked).toEqual([...items].sort((a, b) => (a < b ? -1 : 1)));
    }),
  );
});

test('items that come and go between two pages repeat and hide no other', () => {
  propertyHolds(
    property(
      uniqueArray(string(), { minLength: 2 }),
      array(string()),
      integer({ min: 1, max: 3 }),
      (items, extra, limit) => {
        const first = pageOf(items, key, { limit, cursor: undefined, filters: {} });
        if (first.next === null) return;
        const changed = new Set([...items.filter((item) => !first.items.includes(item)), ...extra]);
        const rest = pageOf(changed, key, { limit: 1000, cursor: first.next, filters: {} });
        const last = first.items.at(-1) ?? '';
        expect(rest.items).toEqual([...changed].filter((item) => item > last).sort((a, b) => (a < b ? -1 : 1)));
      },
    ),
  );
});
