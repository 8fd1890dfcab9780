import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { GridTree } from '../../../../../../server/web/src/contract.ts';
import { selectionOf } from '../../../../../../server/web/src/pages/grid/selection.ts';
import { branchAt, moved, pathTo, treeRows } from '../../../../../../server/web/src/pages/grid/tree-rows.ts';

const named = (id: string | null) => ({ id, name: id && `name of ${id}`, declared: id !== null });
const NO_METERS = { gateway: 0, customer: 0, dedicated: 0, check: 0, feeder: 0, generation: 0 };
const area = (id: string, customers = 0) => ({
  ...named(id),
  transformers: [],
  gateways: [],
  meters: { ...NO_METERS, customer: customers },
});
const TREE: GridTree = {
  districts: [
    {
      ...named('D-1'),
      substations: [
        {
          ...named('S-1'),
          feeders: [
            { ...named('F-1'), areas: [area('A-1', 2), area('A-2')] },
            { ...named('F-2'), areas: [] },
          ],
        },
      ],
    },
    { ...named(null), substations: [{ ...named(null), feeders: [{ ...named(null), areas: [area('A-9', 1)] }] }] },
  ],
};
const NOTHING = new Map();
const keys = (open: readonly string[], parts = NOTHING) => treeRows(TREE, new Set(open), parts).map(({ key }) => key);

test('only what is open has rows below it', () => {
  expect(keys([])).toEqual(['districts/D-1', 'districts/']);
  expect(keys(['districts/D-1', 'substations/S-1', 'feeders/F-1', 'feeders/'])).toEqual([
    'districts/D-1',
    'substations/S-1',
    'feeders/F-1',
    'areas/A-1',
    'areas/A-2',
    'feeders/F-2',
    'districts/',
  ]);
});

test('a row knows its level, its place among its siblings, and whether there is anything below', () => {
  const rows = treeRows(TREE, new Set(['districts/D-1', 'substations/S-1', 'feeders/F-1']), NOTHING);
  expect(rows[4]).toMatchObject({
    id: 'A-2',
    parent: 'feeders/F-1',
    level: 4,
    place: 2,
    siblings: 2,
    isOpen: undefined,
  });
  expect(rows[3]).toMatchObject({ id: 'A-1', isOpen: false, count: 2 });
  expect(rows[2]).toMatchObject({ id: 'F-1', isOpen: true, count: 2 });
});

test('an area that is open says that it is loading, why it could not be loaded, or what hangs in it', () => {
  const open = ['districts/D-1', 'substations/S-1', 'feeders/F-1', 'areas/A-1'];
  expect(keys(open)).toContain('loading areas/A-1');
  expect(keys(open, new Map([['A-1', 'no answer']]))).toContain('failed areas/A-1');
  const meter = (id: string) => ({ id, role: 'customer', phase: 'a', ratio: 1 }) as const;
  const line = {
    id: 'A-1',
    name: null,
    feeder: 'F-1',
    transformers: [{ id: 'T-1', ratedKva: 1, device: null }],
    gateways: [],
    meterCount: 1,
  };
  const found = { areas: [line], meters: [meter('M-1')] };
  expect(keys(open, new Map([['A-1', found]])).slice(4, 6)).toEqual(['transformers/T-1', 'meters/M-1']);
});

test('the way to a branch, also to one that has no id', () => {
  expect(pathTo(TREE, { level: 'areas', id: 'A-2' }).map(({ id }) => id)).toEqual(['D-1', 'S-1', 'F-1', 'A-2']);
  expect(pathTo(TREE, { level: 'feeders', id: null }).map(({ id }) => id)).toEqual([null, null, null]);
  expect(pathTo(TREE, { level: 'areas', id: 'A-3' })).toEqual([]);
  expect(branchAt(TREE, { level: 'substations', id: 'S-1' })).toBe(TREE.districts[0]?.substations[0]);
});

test.each([
  ['areas/A-1', { level: 'areas', id: 'A-1' }],
  ['areas/a/b', { level: 'areas', id: 'a/b' }],
  ['feeders/', { level: 'feeders', id: null }],
  ['meters/M-1', undefined],
  ['areas', undefined],
  [null, undefined],
])('%s in an address', (text, selection) => {
  expect(selectionOf(text)).toEqual(selection);
});

test('whatever keys are pressed, the active row is one of the tree, and Right then Left comes back', () => {
  const key = fc.constantFrom('ArrowDown', 'ArrowUp', 'ArrowLeft', 'ArrowRight', 'Home', 'End', 'x');
  fc.assert(
    fc.property(fc.array(key, { maxLength: 40 }), (pressed) => {
      const open = new Set<string>();
      let at = 0;
      for (const one of pressed) {
        const rows = treeRows(TREE, open, NOTHING);
        const move = moved(rows, at, one);
        if (move && 'to' in move) at = move.to;
        else if (move && !open.delete(move.toggle)) open.add(move.toggle);
        expect(treeRows(TREE, open, NOTHING)[at]).toBeDefined();
      }
    }),
  );
});
