import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { codeOf } from '../../../../../edge/platform/errors.ts';
import { loadMapping } from '../../../../../server/transfer/readings/load-mapping.ts';
import { RecordCutter } from '../../../../../server/transfer/readings/text-records.ts';
import { type Parsed, ParseLab } from './parse-lab.ts';

let lab: ParseLab;
beforeEach(() => {
  lab = new ParseLab();
});
afterEach(() => lab.remove());

const HEADER = 'device,time,metric,value,quality';
const GOOD = 'M-1,2026-03-01T00:00:00Z,energy_import,10.5,';

test('a line that never ends takes no memory and costs one line', async () => {
  const file = lab.write('sparse.csv', `${HEADER}\n${GOOD}\n`);
  const fd = openSync(file, 'r+');
  // Sparse: the zeros take no room on disk, but are read.
  ftruncateSync(fd, 300_000_000);
  writeSync(fd, `\n${GOOD}\n`, 300_000_000);
  closeSync(fd);
  const before = process.memoryUsage().arrayBuffers;
  const { readings, refused } = await lab.parseFile(file);
  expect(readings.map(({ line }) => line)).toEqual([2, 4]);
  expect(refused).toEqual(['3: the line is longer than 65536 characters']);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024);
});

test('a quote that is never closed costs its line; good lines before and after are kept', async () => {
  const lines = [HEADER, GOOD, `"${GOOD}`, ...Array.from({ length: 40 }, () => GOOD)];
  const { readings, refused } = await lab.parse(lines.join('\n'));
  expect(readings).toHaveLength(41);
  expect(refused).toEqual(['3: a quote is opened and never closed']);
});

test('a field may hold line breaks and quotes', async () => {
  const { readings, refused } = await lab.parse(`note,${HEADER}\n"a\r\n""b"",c",${GOOD}\nx,${GOOD}\n`);
  expect([readings.map(({ line }) => line), refused]).toEqual([[2, 4], []]);
});

test('whatever the bytes are, the file is parsed or refused with words, and every record is accounted for', async () => {
  const piece = fc.constantFrom(
    HEADER,
    GOOD,
    '"',
    '""',
    ',',
    '\n',
    '\r\n',
    '\r',
    '\ufeff',
    '\0',
    'NaN',
    '表',
    '-',
    '1e400',
    ';',
    '=',
  );
  const bytes = fc.oneof(
    fc.array(piece, { maxLength: 60 }).map((parts) => Buffer.from(parts.join(''))),
    fc.array(piece, { maxLength: 60 }).map((parts) => Buffer.from(`${HEADER}\n${parts.join('')}`)),
    fc.uint8Array({ maxLength: 300 }).map((noise) => Buffer.concat([Buffer.from(`${HEADER}\n`), noise])),
    fc.uint8Array({ maxLength: 300 }).map((noise) => Buffer.from(noise)),
  );
  const mapping = fc.constantFrom(undefined, loadMapping('cn-curve-96'));
  const name = fc.constantFrom('f.csv', 'f.ndjson', 'f.parquet');
  await fc.assert(
    fc.asyncProperty(bytes, name, mapping, async (content, file, plan) => {
      const parsed = await attempt(() => lab.parse(content, { mapping: plan, timeZone: 'Asia/Shanghai' }, file));
      if (!parsed) return;
      expect(parsed.readings.length + parsed.refused.length).toBeGreaterThanOrEqual(plan ? 0 : parsed.records);
      for (const { value, quality } of parsed.readings) expect(Number.isFinite(value)).toBe(quality === 'good');
    }),
    { numRuns: 300 },
  );
});

test('records are the same however the text is cut into pieces', () => {
  const text = fc
    .array(fc.constantFrom('a', '"', ',', '\n', '\r\n', 'bc', '表'), { maxLength: 60 })
    .map((parts) => parts.join(''));
  const cut = (pieces: readonly string[]) => {
    const cutter = new RecordCutter(true);
    return [...pieces.flatMap((piece) => [...cutter.push(piece)]), ...cutter.end()];
  };
  fc.assert(
    fc.property(text, fc.array(fc.nat(60), { maxLength: 5 }), (whole, places) => {
      const ends = [...places.sort((a, b) => a - b), whole.length];
      const pieces = ends.map((end, index) => whole.slice(ends[index - 1] ?? 0, end));
      expect(cut(pieces)).toEqual(cut([whole]));
    }),
  );
});

async function attempt(parse: () => Promise<Parsed>): Promise<Parsed | undefined> {
  try {
    return await parse();
  } catch (error) {
    expect(codeOf(error)).toBe('IMPORT_INVALID');
    return undefined;
  }
}
