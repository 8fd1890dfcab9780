import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Launched } from '../../support/launched.ts';
import { Lab, type Place } from './backup-lab.ts';

/** The command as a user calls it: while no server runs, and through one that runs. */
const lab = new Lab();
let place: Place;
let server: Launched;
beforeAll(async () => {
  place = await lab.place('imports');
  mkdirSync(lab.path('files'));
});
afterAll(() => lab.end());

const HEADER = 'device,time,metric,value';
const row = (n: number, value: number | string = n) => `M-1,${lab.startMs + n},energy_import,${value}`;
const file = (name: string, content: string | Uint8Array) => {
  writeFileSync(lab.path(`files/${name}`), content);
  return lab.path(`files/${name}`);
};
const csv = (name: string, rows: readonly string[]) => file(name, [HEADER, ...rows, ''].join('\n'));
const run = (...args: string[]) => lab.command('import', 'readings', ...args, '--config', place.config);

describe('import readings, while no server runs', () => {
  test('says what became of each file; a second time nothing changes', async () => {
    const files = [csv('a.csv', [row(1), row(2), row(3, 'x')]), file('b.csv.gz', gzipSync(`${HEADER}\n${row(4)}\n`))];
    const first = await run(...files);
    expect(first.code).toBe(0);
    expect(first.output).toMatch(
      /^a\.csv: 3 records, 2 values stored, 0 missing, 1 refused, \d+ values\/s; what was refused is in (.*)$/m,
    );
    expect(first.output).toMatch(/^b\.csv\.gz: 1 records, 1 values stored, 0 missing, 0 refused/m);
    const rejects = /is in (.*)$/m.exec(first.output)?.[1] ?? '';
    expect(rejects.startsWith(join(lab.path('imports'), 'imports'))).toBe(true);
    expect(readFileSync(rejects, 'utf8')).toMatch(/^line,reason,record\n4,"""x"" is no finite number",/);
    const second = await run(...files);
    expect(second.output.match(/was imported before, nothing is changed/g)).toHaveLength(2);
  });

  test('a file that cannot be read does not keep the others out, and fails the command', async () => {
    const { code, output } = await run(csv('empty.csv', []).replace('empty', 'broken'), csv('c.csv', [row(5)]));
    expect([code, output]).toEqual([2, expect.stringMatching(/broken\.csv is not there/)]);
    const broken = file('broken.csv', 'device,time,value\n1,2,3\n');
    const mixed = await run(broken, lab.path('files/c.csv'));
    expect(mixed.code).not.toBe(0);
    expect(mixed.output).toMatch(/^broken\.csv: No column for the metric/m);
    expect(mixed.output).toMatch(/^c\.csv: 1 records, 1 values stored/m);
    expect(mixed.output).toContain('1 of 2 files failed');
    expect(mixed.output).not.toContain('    at ');
  });

  test.each([
    [['--mapping', 'cn-curve-69'], 'did you mean "cn-curve-96"'],
    [['--time-zone', 'Asia/Shangai'], 'is no time zone'],
    [['--format', 'xls'], 'Allowed choices are csv, ndjson, parquet'],
  ])('%j is refused in a line, with exit code 2', async (flags, words) => {
    const { code, output } = await run(csv('d.csv', [row(6)]), ...flags);
    expect([code, output]).toEqual([2, expect.stringContaining(words)]);
    expect(output).not.toContain('    at ');
  });
});

describe('import readings, through the running server', () => {
  test('what was imported before is known, what is new is stored beside it, a failure fails the command', async () => {
    server = await lab.start(place);
    expect(await lab.stored(place)).toEqual([1, 2, 4, 5]);
    const { code, output } = await run(lab.path('files/a.csv'), csv('e.csv', [row(7)]));
    expect(code).toBe(0);
    expect(output).toMatch(/^a\.csv: was imported before, nothing is changed \(3 records, 2 values stored/m);
    expect(output).toMatch(/^e\.csv: 1 records, 1 values stored/m);
    expect(await lab.stored(place)).toEqual([1, 2, 4, 5, 7]);
    const mixed = await run(lab.path('files/broken.csv'));
    expect([mixed.code === 0, mixed.output]).toEqual([false, expect.stringContaining('1 of 1 files failed')]);
  });
});

describe('export readings', () => {
  const range = ['--from', new Date(lab.startMs).toISOString(), '--to', new Date(lab.startMs + 1000).toISOString()];
  const exported = (name: string, ...flags: string[]) =>
    lab.command('export', 'readings', '--out', lab.path(`files/${name}`), ...range, ...flags, '--config', place.config);

  test('through the running server, and what came out goes in and changes nothing', async () => {
    for (const name of ['out.csv.gz', 'out.parquet']) {
      const { code, output } = await exported(name, '--devices', 'M-1');
      expect([code, output]).toEqual([
        0,
        expect.stringMatching(/^5 values of 1 series written to .*, \d+ values\/s\n$/),
      ]);
      const again = await run(lab.path(`files/${name}`));
      expect(again.output).toMatch(/5 records, 5 values stored, 0 missing, 0 refused/);
      expect(await lab.stored(place)).toEqual([1, 2, 4, 5, 7]);
    }
  });

  test.each([
    ['out.parquet', [], 'is there already'],
    ['x.csv', ['--devices', 'M-9'], 'The store has nothing of a device M-9'],
    ['x.csv', ['--metrics', 'energy_imprt'], 'did you mean "energy_import"'],
    ['x.xlsx', [], 'say --format csv or parquet'],
    ['x.csv', ['--to', '2020-01-01'], 'must be after --from'],
    ['x.csv', ['--from', 'soon'], '--from must be a date'],
  ])('%s %j is refused in a line, and leaves nothing', async (name, flags, words) => {
    const { code, output } = await exported(name, ...flags);
    expect([code === 0, output]).toEqual([false, expect.stringContaining(words)]);
    expect(output).not.toContain('    at ');
    expect(readdirSync(lab.path('files')).filter((one) => one.startsWith('x.'))).toEqual([]);
  });

  test('from the files, while no server runs', async () => {
    server.signal('SIGTERM');
    expect(await server.ended).toBe(0);
    const { code, output } = await exported('cold.csv');
    expect([code, output]).toEqual([0, expect.stringContaining('5 values of 1 series written to')]);
    const lines = readFileSync(lab.path('files/cold.csv'), 'utf8').trimEnd().split('\n');
    expect(lines.slice(1).map((line) => line.split(',')[3])).toEqual(['1', '2', '4', '5', '7']);
  });
});
