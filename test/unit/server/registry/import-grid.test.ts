import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { GridwardenError } from '../../../../edge/platform/errors.ts';
import { END_MS } from '../../../../server/registry/history.ts';
import { AREAS, GridLab, METER_HEAD, METERS, TRANSFORMERS } from './grid-lab.ts';

let lab: GridLab;
beforeEach(() => {
  lab = new GridLab();
});
afterEach(() => lab.close());

const SMALLEST = { 'areas.csv': AREAS, 'transformers.csv': TRANSFORMERS, 'meters.csv': METERS };

async function problemsOf(files: Readonly<Record<string, string>>): Promise<string[]> {
  try {
    await lab.import(files);
  } catch (error) {
    if (!(error instanceof GridwardenError) || error.code !== 'IMPORT_INVALID') throw error;
    return error.message.split('\n').slice(0, -1);
  }
  return [];
}

describe('the smallest grid', () => {
  test('is three tables, and comes out as it went in', async () => {
    const { counts, change } = await lab.import(SMALLEST);
    expect(counts).toMatchObject({ areas: { added: 1 }, transformers: { added: 1 }, meters: { added: 2 } });
    expect(change).toBe(1);
    expect(Object.fromEntries(lab.export().map(({ name, text }) => [name, text]))).toEqual(SMALLEST);
  });

  test('is valid from midnight in the zone of the district, else from ever', async () => {
    await lab.import(SMALLEST);
    expect(lab.registry.rowsOf('meters', 'M-1')[0]?.fromMs).toBe(Date.UTC(2025, 11, 31, 16));
    expect(lab.registry.rowsOf('meters', 'M-1')[0]?.toMs).toBe(END_MS);
    expect(lab.registry.snapshot({ atMs: 0 }).get('areas', 'A-1')?.fields.name).toBe('幸福路');
  });

  test('twice is no change', async () => {
    await lab.import(SMALLEST);
    const again = await lab.import(SMALLEST);
    expect(again).toMatchObject({ change: null, changes: [], counts: { meters: { unchanged: 2, added: 0 } } });
  });
});

test('a dry run says what would change, and changes nothing', async () => {
  await lab.import(SMALLEST);
  const meters = `${METER_HEAD}G-1,A-1,gateway,abc,0.5S,80,2026-06-01,\nM-1,A-1,customer,a,1,1,2026-01-01,2026-05-01\nM-2,A-1,customer,,,,,\n`;
  const report = await lab.import({ 'meters.csv': meters }, { dryRun: true });
  expect(report.counts.meters).toEqual({ added: 1, changed: 1, ended: 1, unchanged: 0 });
  expect(report.changes).toEqual([
    'changed meters G-1: multiplier 60 → 80 from 2026-06-01',
    'ended meters M-1 at 2026-05-01',
    'added meters M-2',
  ]);
  expect(lab.registry.snapshot().get('meters', 'M-2')).toBeUndefined();
  expect((await lab.import(SMALLEST)).change).toBeNull();
});

test('a column that is not there leaves what is known, an empty cell takes it away', async () => {
  await lab.import({ 'meters.csv': 'id,area,role,serial,digits\nM-1,A-1,customer,S7,6\n' });
  await lab.import({ 'meters.csv': 'id,area,role,digits\nM-1,A-1,customer,\n' });
  expect(lab.registry.rowsOf('meters', 'M-1')[0]?.fields).toEqual({ area: 'A-1', role: 'customer', serial: 'S7' });
});

test('a correction is the whole history of what it names', async () => {
  await lab.import({ 'meters.csv': 'id,role\nM-1,customer\n' });
  const dated = { 'meters.csv': 'id,role,validFrom\nM-1,customer,2026-03-01\n' };
  expect((await lab.import(dated)).change).toBeNull();
  await lab.import(dated, { correction: true });
  expect(lab.registry.snapshot({ atMs: Date.UTC(2026, 0, 1) }).get('meters', 'M-1')).toBeUndefined();
});

test('all that is wrong is told at once, with file, line, column and what is allowed; nothing is imported', async () => {
  const meters = `${METER_HEAD.replace('\n', '\r\n')}\r\nM-1,A,custmer,d,9,0,2026-13-01,\r\nM-2,"A,\nx",customer,a,1,x1,2026-05-01,2026-04-01,zz\r\n,A,customer,,,,,\r\nM-3,A,customer,,,,,\r\nM-3,A,check,,,,,\r\n`;
  const problems = await problemsOf({
    'meters.csv': meters,
    'areas.csv': 'id,name,id,feder\n1,2,3,4\n',
    'feeders.csv': 'id,name\n1,"abc\n2,x',
    'customers.csv': '',
    'metres.csv': 'x',
    'grid.yaml': 'areas:\n  - {id: A-1, nmae: x}\n  - id: A-2\n    feeder: [1]\nmeters: 5\n',
  });
  const heads = problems.map((line) => line.split(' ', 3).join(' '));
  expect(heads).toEqual([
    'areas.csv:1:9: column "id"',
    'areas.csv:1:12: column "feder"',
    'customers.csv:1:1: is empty;',
    'feeders.csv:2:1: cannot be',
    'grid.yaml:2:15: "nmae" is',
    'grid.yaml:4:13: feeder: must',
    'grid.yaml:5:1: meters: must',
    'meters.csv:3:7: role: must',
    'meters.csv:3:15: phase: must',
    'meters.csv:3:17: accuracyClass: must',
    'meters.csv:3:19: multiplier: must',
    'meters.csv:3:21: validFrom: must',
    'meters.csv:4:5: area: must',
    'meters.csv:5:17: multiplier: must',
    'meters.csv:5:31: validTo: must',
    'meters.csv:5:42: the row',
    'meters.csv:6:1: id: must',
    'metres.csv:1:1: is not',
  ]);
  expect(problems[7]).toContain(
    'one of "gateway", "customer", "dedicated", "check", "feeder", "generation", not "custmer"',
  );
  expect(problems[1]).toContain('did you mean "feeder"?');
  expect(lab.registry.snapshot().isEmpty).toBe(true);
});

test('rows of one id that overlap are a problem, rows that touch are its history', async () => {
  const problems = await problemsOf({
    'meters.csv': 'id,role,validFrom,validTo\nM-1,customer,,2026-02-02\nM-1,check,2026-02-01,\n',
  });
  expect(problems).toEqual(['meters.csv:3:1: "M-1" stands also in meters.csv:2, and their times of validity overlap']);
  await lab.import({ 'meters.csv': 'id,role,validFrom,validTo\nM-1,customer,,2026-02-01\nM-1,check,2026-02-01,\n' });
  expect(lab.registry.rowsOf('meters', 'M-1')).toHaveLength(2);
});

test('more problems than a person reads are counted', async () => {
  const rows = Array.from({ length: 250 }, (_, n) => `M-${n},wrong`).join('\n');
  const problems = await problemsOf({ 'meters.csv': `id,role\n${rows}\n` });
  expect(problems).toHaveLength(201);
  expect(problems.at(-1)).toBe('and 50 more');
});

test.each([
  ['CRLF', 'id,role\r\nM-1,customer\r\n'],
  ['CR', 'id,role\rM-1,customer\r'],
  ['no line end', 'id,role\nM-1,customer'],
  ['semicolons', 'id;role\nM-1;customer\n'],
  ['tabs', 'id\trole\nM-1\tcustomer\n'],
  ['empty lines and empty rows', '\n\nid,role\n\n,\nM-1,customer\n,,\n\n'],
  ['columns without a name', 'id,role,,\nM-1,customer,,\n'],
  ['spaces', ' id , role \n M-1 , customer \n'],
  ['quotes', '"id","role"\n"M-1","customer"\n'],
])('a table with %s', async (_, text) => {
  await lab.import({ 'meters.csv': text });
  expect([...lab.registry.snapshot().all('meters').keys()]).toEqual(['M-1']);
});

const id = fc.stringMatching(/^[A-Za-z0-9水"',;=-]([ A-Za-z0-9水"',;:=#-]{0,6}[A-Za-z0-9水"',;=-])?$/);
const text = fc.option(fc.stringMatching(/^[^\s]([\s\S]{0,8}[^\s])?$/u), { nil: undefined });
const day = fc.integer({ min: 1, max: 28 });
const row = fc.record({
  id,
  name: text,
  feeder: fc.option(id, { nil: undefined }),
  from: fc.option(day),
  to: fc.option(day),
});

test('an import of an export is no change, as tables and as YAML, also into another place', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(row, { maxLength: 5 }), { maxLength: 4 }), async (rounds) => {
      const [own, other] = [new GridLab(), new GridLab()];
      for (const rows of rounds)
        await own.take([{ name: 'grid.yaml', text: JSON.stringify({ areas: entries(rows) }) }]);
      for (const yaml of [false, true]) {
        const files = own.export(yaml);
        if (files.length === 0) continue;
        expect((await own.take(files)).change).toBeNull();
        await other.take(files, { correction: true });
        expect(other.export()).toEqual(own.export());
      }
      own.close();
      other.close();
    }),
    { numRuns: 60 },
  );
});

function entries(rows: readonly { id: string; from: number | null; to: number | null }[]) {
  const unique = new Map(rows.map((one) => [one.id.trim(), one]));
  return [...unique.values()].map(({ from, to, ...fields }) => ({
    ...fields,
    validFrom: from === null ? null : `2026-02-${String(from).padStart(2, '0')}`,
    validTo:
      to === null || (from !== null && to <= from) ? null : `2026-03-${String(to).padStart(2, '0')}T10:30:00+08:00`,
  }));
}

test('whatever stands in a file, it is imported or its problems are told', async () => {
  const cell = fc.oneof(
    fc.string(),
    fc.constantFrom('id', 'role', 'customer', '"', ',', '\n', '\r\n', '2026-01-01', '\0', '﻿'),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(cell).map((cells) => cells.join('')),
      fc.constantFrom('meters.csv', 'grid.yaml'),
      async (content, name) => {
        const problems = await problemsOf({ [name]: content });
        expect(problems.every((line) => /^[a-z.]+:\d+:\d+: ./.test(line) || !/^(meters|grid)\./.test(line))).toBe(true);
      },
    ),
    { numRuns: 300 },
  );
});
