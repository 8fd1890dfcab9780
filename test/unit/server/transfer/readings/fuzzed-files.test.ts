import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LIMITS } from '../../../../../server/transfer/readings/limits.ts';
import type { ReadPlan } from '../../../../../server/transfer/readings/parse-plan.ts';
import { type ParsedReading, ParseLab } from './parse-lab.ts';

/** Files as people and systems make them, and as they break: what is sound is read, all of it, and nothing else is. */
let lab: ParseLab;
beforeAll(() => {
  lab = new ParseLab();
});
afterAll(() => lab.remove());

const COLUMNS = ['device', 'time', 'metric', 'value', 'quality'] as const;
type Row = Readonly<Record<(typeof COLUMNS)[number], string>>;
const BEGIN_MS = Date.UTC(2026, 2, 1);
const BOM = '\ufeff';

const device = fc
  .array(fc.constantFrom('M', '7', '表', '电', '号', '-', 'é'), { minLength: 1, maxLength: 6 })
  .map((parts) => parts.join(''));
const sound: fc.Arbitrary<Row> = fc.record({
  device,
  time: fc.nat(10_000).map((minutes) => new Date(BEGIN_MS + minutes * 60_000).toISOString()),
  metric: fc.constantFrom('energy_import', 'energy_export'),
  value: fc.nat(1_000_000).map((n) => String(n / 100)),
  quality: fc.constantFrom('', 'good'),
});

const readingOf = ({ device: name, time, metric, value }: Row, line: number): ParsedReading => ({
  device: name,
  metric,
  time,
  value: Number(value),
  quality: 'good',
  line,
});

/** What GB 18030 has for each of the characters that are used here, found by decoding. */
const GBK = new Map<string, readonly number[]>([
  ['表', [0xb1, 0xed]],
  ['电', [0xb5, 0xe7]],
  ['号', [0xba, 0xc5]],
  ['é', [0xa8, 0xa6]],
]);

const ENCODERS: Readonly<Record<'utf-8' | 'utf-8 with mark' | 'utf-16le' | 'gb18030', (text: string) => Buffer>> = {
  'utf-8': (text) => Buffer.from(text),
  'utf-8 with mark': (text) => Buffer.from(BOM + text),
  'utf-16le': (text) => Buffer.from(BOM + text, 'utf16le'),
  gb18030: (text) => Buffer.from([...text].flatMap((char) => [...(GBK.get(char) ?? Buffer.from(char))])),
};

test('the bytes that stand for GBK here are those of the characters', () => {
  for (const [char, bytes] of GBK) expect(new TextDecoder('gb18030').decode(Uint8Array.from(bytes))).toBe(char);
});

test('encoding, byte order mark, line ends, quotes, delimiter, order of columns and gzip change nothing', async () => {
  const form = fc.record({
    encoding: fc.constantFrom('utf-8', 'utf-8 with mark', 'utf-16le', 'gb18030' as const),
    lineEnd: fc.constantFrom('\n', '\r\n'),
    delimiter: fc.constantFrom(',', ';', '\t', '|'),
    isQuoted: fc.boolean(),
    isZipped: fc.boolean(),
    endsOpen: fc.boolean(),
    order: fc.shuffledSubarray([...COLUMNS], { minLength: COLUMNS.length }),
    isUpper: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(sound, { minLength: 1, maxLength: 20 }), form, async (rows, how) => {
      const cell = (text: string) => (how.isQuoted ? `"${text}"` : text);
      const header = how.order.map((name) => cell(how.isUpper ? name.toUpperCase() : name));
      const lines = [header, ...rows.map((row) => how.order.map((name) => cell(row[name])))].map((cells) =>
        cells.join(how.delimiter),
      );
      const bytes = ENCODERS[how.encoding](lines.join(how.lineEnd) + (how.endsOpen ? '' : how.lineEnd));
      const plan: Partial<ReadPlan> = how.encoding === 'gb18030' ? { encoding: 'gb18030' } : {};
      const parsed = await lab.parse(how.isZipped ? gzipSync(bytes) : bytes, plan, how.isZipped ? 'f.csv.gz' : 'f.csv');
      expect(parsed.refused).toEqual([]);
      expect(parsed.readings).toEqual(rows.map((row, index) => readingOf(row, index + 2)));
    }),
    { numRuns: 150 },
  );
});

/** Ways in which one line goes wrong. None of them may cost another line. */
const DAMAGES: Readonly<Record<string, (row: Row) => string>> = {
  'a word for a number': (row) => lineOf({ ...row, value: 'n/a' }),
  'no number': (row) => lineOf({ ...row, value: '' }),
  'a number that is none': (row) => lineOf({ ...row, value: 'NaN' }),
  'a decimal comma': (row) => lineOf({ ...row, value: '1,5' }),
  'a metric that is none': (row) => lineOf({ ...row, metric: 'energy' }),
  'a day that is none': (row) => lineOf({ ...row, time: '2026-02-30T00:00:00Z' }),
  'a time without zone': (row) => lineOf({ ...row, time: '2026-03-01 00:00:00' }),
  'a quality that is none': (row) => lineOf({ ...row, quality: 'fine' }),
  'no device': (row) => lineOf({ ...row, device: ' ' }),
  'a control character': (row) => lineOf({ ...row, device: 'M\u0001' }),
  'a column too few': (row) => lineOf(row).replace(/,[^,]*$/, ''),
  'a column too many': (row) => `${lineOf(row)},x`,
  'a huge line': (row) => lineOf({ ...row, device: 'x'.repeat(LIMITS.recordChars) }),
  'another header': () => COLUMNS.join(','),
  'a line of zeros': () => '\0'.repeat(50),
};
const lineOf = (row: Row) => COLUMNS.map((name) => row[name]).join(',');

test('a damaged line is refused with its number, and costs no other', async () => {
  const damaged = fc.record({
    row: sound,
    damage: fc.option(fc.constantFrom(...Object.keys(DAMAGES)), { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(damaged, { maxLength: 30 }), fc.constantFrom('\n', '\r\n'), async (rows, lineEnd) => {
      const lines = rows.map(({ row, damage }) =>
        damage === undefined ? lineOf(row) : (DAMAGES[damage]?.(row) ?? ''),
      );
      const parsed = await lab.parse([COLUMNS.join(','), ...lines].join(lineEnd), { encoding: 'utf-8' });
      const bad = rows.flatMap(({ damage }, index) => (damage === undefined ? [] : [index + 2]));
      expect(parsed.refused.map((one) => Number.parseInt(one, 10))).toEqual(bad);
      expect(parsed.readings).toEqual(
        rows.flatMap(({ row, damage }, index) => (damage === undefined ? [readingOf(row, index + 2)] : [])),
      );
      expect(parsed.records).toBe(rows.length);
    }),
    { numRuns: 150 },
  );
});

test('one broken quote costs one line, wherever it stands', async () => {
  const rows = fc.array(sound, { minLength: 1, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(rows, fc.nat(), fc.nat(), async (all, place, column) => {
      const at = place % all.length;
      const lines = all.map((row, index) => {
        if (index !== at) return lineOf(row);
        const name = COLUMNS[column % COLUMNS.length] ?? 'device';
        return lineOf({ ...row, [name]: `"${row[name]}` });
      });
      const parsed = await lab.parse([COLUMNS.join(','), ...lines].join('\n'));
      expect(parsed.refused).toEqual([`${at + 2}: a quote is opened and never closed`]);
      expect(parsed.readings).toEqual(
        all.map((row, index) => readingOf(row, index + 2)).filter((_, index) => index !== at),
      );
    }),
    { numRuns: 100 },
  );
});

test('a header that names a column twice, or misses one, is refused as a whole', async () => {
  const wrong = fc.oneof(
    fc
      .constantFrom(...COLUMNS)
      .chain((name) =>
        fc
          .tuple(fc.nat(COLUMNS.length), fc.constantFrom(name, name.toUpperCase(), ` ${name} `, `"${name}"`))
          .map(([place, twin]) => COLUMNS.toSpliced(place, 0, twin as (typeof COLUMNS)[number])),
      ),
    fc.constantFrom('device', 'time', 'metric', 'value').map((gone) => COLUMNS.filter((name) => name !== gone)),
  );
  await fc.assert(
    fc.asyncProperty(wrong, sound, async (header, row) => {
      const text = `${header.join(',')}\n${lineOf(row)}\n`;
      await expect(lab.parse(text)).rejects.toMatchObject({ code: 'IMPORT_INVALID' });
    }),
    { numRuns: 60 },
  );
});

test('a file of nothing but line ends, blanks of encoding or zeros of gzip has no header', async () => {
  const nothing = fc.record({
    mark: fc.constantFrom('', BOM),
    ends: fc.array(fc.constantFrom('\n', '\r\n'), { maxLength: 5 }),
    isZipped: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(nothing, async ({ mark, ends, isZipped }) => {
      const bytes = Buffer.from(mark + ends.join(''));
      await expect(lab.parse(isZipped ? gzipSync(bytes) : bytes)).rejects.toMatchObject({
        message: expect.stringMatching(/it has no header/),
      });
    }),
    { numRuns: 30 },
  );
});
