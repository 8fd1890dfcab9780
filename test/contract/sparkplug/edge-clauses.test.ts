import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { EDGE_CLAUSES } from './edge-clauses.ts';

/** Identifiers that tests of the edge are named for. */
function testedIds(): Set<string> {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /^edge-.*\.ts$/.test(file) && !file.startsWith('edge-clauses'),
  );
  const text = files.map((file) => readFileSync(join(import.meta.dirname, file), 'utf8')).join('\n');
  return new Set(text.match(/tck-id-[A-Za-z0-9-]+/g));
}

it('every statement for an edge node is tested under its identifier, or says why there is nothing to test', () => {
  const tested = testedIds();
  const untested = EDGE_CLAUSES.filter(({ id, exempt }) => exempt === undefined && !tested.has(id)).map(({ id }) => id);
  expect(untested).toEqual([]);
});

it('no test is named for a statement that does not exist, or that is said not to apply', () => {
  const applying = new Set(EDGE_CLAUSES.filter(({ exempt }) => exempt === undefined).map(({ id }) => id));
  expect([...testedIds()].filter((id) => !applying.has(id))).toEqual([]);
});

it('no statement is listed twice', () => {
  expect(new Set(EDGE_CLAUSES.map(({ id }) => id)).size).toBe(EDGE_CLAUSES.length);
});
