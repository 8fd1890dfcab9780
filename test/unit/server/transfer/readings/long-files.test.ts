import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LIMITS } from '../../../../../server/transfer/readings/limits.ts';
import { ParseLab } from './parse-lab.ts';

let lab: ParseLab;
beforeEach(() => {
  lab = new ParseLab();
});
afterEach(() => lab.remove());

const HEADER = 'device,time,metric,value,quality';
const GOOD = 'M-1,2026-03-01T00:00:00Z,energy_import,10.5,';
const READING = {
  device: 'M-1',
  metric: 'energy_import',
  time: '2026-03-01T00:00:00.000Z',
  value: 10.5,
  quality: 'good',
};

describe('a long CSV file', () => {
  test('is read by its header, columns in any order, others left alone', async () => {
    const text = `value,Note,METRIC,time,device\n10.5,x,energy_import,2026-03-01T08:00:00+08:00,M-1\n11,,energy_import,1772323200000,M-1\n`;
    const { readings, refused } = await lab.parse(text);
    expect(refused).toEqual([]);
    expect(readings).toEqual([
      { ...READING, line: 2 },
      { ...READING, value: 11, line: 3 },
    ]);
  });

  test.each([
    ['CRLF', `${HEADER}\r\n${GOOD}\r\n`],
    ['a byte order mark', `\ufeff${HEADER}\n${GOOD}`],
    ['UTF-16', Buffer.from(`\ufeff${HEADER}\n${GOOD}\n`, 'utf16le')],
    ['semicolons', `${HEADER}\n${GOOD}`.replaceAll(',', ';')],
    ['tabs', `${HEADER}\n${GOOD}`.replaceAll(',', '\t')],
    ['quotes', `"device","time","metric","value","quality"\n"M-1","2026-03-01T00:00:00Z","energy_import","10.5",""`],
    ['blank lines and no last line break', `\n${HEADER}\n\n\n${GOOD}`],
    ['gzip', gzipSync(`${HEADER}\n${GOOD}\n`)],
    ['gzip in several members', Buffer.concat([gzipSync(`${HEADER}\n`), gzipSync(GOOD)])],
  ])('with %s says the same', async (_, content) => {
    const { readings, refused } = await lab.parse(content);
    expect([readings.map(({ line: _line, ...reading }) => reading), refused]).toEqual([[READING], []]);
  });

  test('a device may be named in Chinese, in UTF-8 and in GBK', async () => {
    // 表1 in GBK: B1 ED 31 (GB 2312 row 17, cell 77).
    const gbk = Buffer.concat([
      Buffer.from(`${HEADER}\n`),
      Buffer.from([0xb1, 0xed]),
      Buffer.from(GOOD.replace('M-', '')),
    ]);
    expect((await lab.parse(gbk)).readings).toMatchObject([{ device: '表1' }]);
    expect((await lab.parse(`${HEADER}\n${GOOD.replace('M-', '表')}`)).readings).toMatchObject([{ device: '表1' }]);
  });

  test('bytes that are not of the encoding are refused, not guessed', async () => {
    const damaged = Buffer.concat([Buffer.from(`${HEADER}\n`), Buffer.from([0xb1, 0xff]), Buffer.from(GOOD)]);
    const { readings, refused } = await lab.parse(damaged, { encoding: 'utf-8' });
    expect([readings, refused]).toEqual([
      [],
      [expect.stringMatching(/^2: the device has bytes that are not of the encoding/)],
    ]);
  });

  test('a bad record costs itself only, with line and reason', async () => {
    const bad = [
      [GOOD, undefined],
      [GOOD.replace('energy_import', 'energy_imprt'), /no metric of the catalogue, did you mean "energy_import"/],
      [GOOD.replace('10.5', 'abc'), /"abc" is no finite number/],
      [GOOD.replace('10.5', '0x10'), /no finite number/],
      [GOOD.replace('10.5', '1e999'), /no finite number/],
      [GOOD.replace('10.5', ''), /no value; where it is missing, quality says why/],
      [GOOD.replace('10.5', '-1'), /-1 kWh is outside 0 to/],
      [`${GOOD}goo`, /"goo" is no quality, did you mean "good"/],
      [`${GOOD},x`, /has 6 columns, the header 5/],
      [GOOD.replace('M-1', ''), /the device is empty/],
      [GOOD.replace('M-1', 'x'.repeat(201)), /more than 200 characters/],
      [GOOD.replace('2026-03-01T00:00:00Z', '2026-02-29T00:00:00Z'), /is no time/],
      [GOOD.replace('2026-03-01T00:00:00Z', '2026-03-10T13:00:00Z'), /is in the future/],
      [GOOD.replace('2026-03-01T00:00:00Z', '1999-03-10T13:00:00Z'), /older than readings of this kind are kept/],
      [GOOD.replace('2026-03-01T00:00:00Z', '2026-03-01T00:00:00'), /no time zone, and none was stated/],
      [GOOD.replace('2026-03-01T00:00:00Z', '2026-03-01'), /a date without a time of day/],
      [GOOD.replace('10.5', '11'), undefined],
    ] as const;
    const { readings, refused } = await lab.parse(`${HEADER}\n${bad.map(([line]) => line).join('\n')}\n`);
    expect(readings.map(({ value, line }) => [value, line])).toEqual([
      [10.5, 2],
      [11, 18],
    ]);
    const reasons = bad.flatMap(([, reason], index) => (reason ? [[index + 2, reason] as const] : []));
    expect(refused).toHaveLength(reasons.length);
    for (const [index, [line, reason]] of reasons.entries()) {
      expect(refused[index]).toMatch(reason);
      expect(refused[index]).toMatch(new RegExp(`^${line}: `));
    }
  });

  test('a quality that is not good has no number', async () => {
    const { readings } = await lab.parse(`${HEADER}\n${GOOD}silent\n`);
    expect(readings).toEqual([{ ...READING, value: Number.NaN, quality: 'silent', line: 2 }]);
  });

  test('the 29th of February is a day in leap years only', async () => {
    const at = (time: string) => GOOD.replace('2026-03-01T00:00:00Z', time);
    const { readings, refused } = await lab.parse(
      [HEADER, at('2024-02-29T23:00:00Z'), at('2025-02-29T23:00:00Z'), at('2100-02-29T00:00:00Z')].join('\n'),
    );
    expect(readings).toMatchObject([{ time: '2024-02-29T23:00:00.000Z' }]);
    expect(refused.map((line) => line.slice(0, 2))).toEqual(['3:', '4:']);
  });

  test.each([
    ['without a column', 'device,time,value\n', /No column for the metric/],
    ['with a column twice', 'device,time,metric,value,Value \n', /columns 4 and 5 are both headed "value"/],
    ['that is empty', '', /it has no header/],
    ['with a quote in the header that never closes', '"device,time,metric,value\n', /the header: a quote is opened/],
    ['with too many columns', `device,time,metric,value${',x'.repeat(2000)}\n`, /more than 2000 columns/],
  ])('a file %s is refused as a whole', async (_, text, reason) => {
    await expect(lab.parse(text)).rejects.toMatchObject({
      code: 'IMPORT_INVALID',
      message: expect.stringMatching(reason),
    });
  });

  test('a compressed file that is cut off gives what it has, then says so', async () => {
    const whole = gzipSync(`${HEADER}\n${`${GOOD}\n`.repeat(1000)}`);
    await expect(lab.parse(whole.subarray(0, whole.length - 12))).rejects.toMatchObject({ code: 'IMPORT_INVALID' });
  });

  test('batches are cut the same way each time', async () => {
    const rows = Array.from(
      { length: LIMITS.batchValues + 10 },
      (_, i) => `M-${i % 7},${1772323200000 + i},voltage_a,230,`,
    );
    const text = [HEADER, ...rows].join('\n');
    const [first, second] = [await lab.parse(text), await lab.parse(text)];
    expect(first.batches.map(({ n, length }) => [n, length])).toEqual([
      [1, LIMITS.batchValues],
      [2, 10],
    ]);
    expect(second.batches).toEqual(first.batches);
  });
});

describe('NDJSON', () => {
  test('has one reading a line', async () => {
    const lines = [
      { device: 'M-1', time: '2026-03-01T00:00:00Z', metric: 'energy_import', value: 10.5 },
      { device: 'M-1', time: 1772323200000, metric: 'energy_import', value: null, quality: 'silent' },
      { device: 1, time: 1772323200000, metric: 'energy_import', value: 1 },
      { device: 'M-1', time: 1772323200000, metric: 'energy_import', value: '1' },
      { device: 'M-1', time: 1772323200000, metric: 'energy_import', value: null },
      [],
    ];
    const text = `${lines.map((line) => JSON.stringify(line)).join('\n')}\n{"device":\n`;
    const { readings, refused } = await lab.parse(text, {}, 'file.ndjson');
    expect(readings).toEqual([
      { ...READING, line: 1 },
      { ...READING, value: Number.NaN, quality: 'silent', line: 2 },
    ]);
    expect(refused).toEqual([
      '3: device is no text',
      '4: value is no number',
      expect.stringMatching(/^5: there is no value/),
      expect.stringMatching(/^6: it is no JSON object/),
      expect.stringMatching(/^7: it is no JSON object/),
    ]);
  });
});
