import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadMapping, mappingNames } from '../../../../../server/transfer/readings/load-mapping.ts';
import { ParseLab } from './parse-lab.ts';

let lab: ParseLab;
beforeEach(() => {
  lab = new ParseLab();
});
afterEach(() => lab.remove());

const SHANGHAI = { timeZone: 'Asia/Shanghai' } as const;
const registers = { ...SHANGHAI, mapping: loadMapping('cn-daily-registers') };
const curve = { ...SHANGHAI, mapping: loadMapping('cn-curve-96') };

test('what ships is valid', () => {
  expect(mappingNames()).toEqual(['cn-curve-96', 'cn-daily-registers']);
  for (const name of mappingNames()) expect(loadMapping(name).name).toBe(name);
});

describe('frozen daily registers', () => {
  const header = '户号,资产编号,CT,PT,数据日期,正向有功总(kWh),正向有功尖,正向有功峰,正向有功平,正向有功谷';

  test('have a total and tariffs, at the end of their day, as the meter shows them', async () => {
    const { readings, refused, missing } = await lab.parse(
      `${header}\n0001,330100001,300/5,1,2026-02-28,100.5,10,20,30,40.5\n`,
      registers,
    );
    expect([refused, missing]).toEqual([[], 0]);
    expect(readings.map(({ metric, value }) => [metric, value])).toEqual([
      ['energy_import', 100.5],
      ['energy_import_t1', 10],
      ['energy_import_t2', 20],
      ['energy_import_t3', 30],
      ['energy_import_t4', 40.5],
    ]);
    for (const reading of readings)
      expect(reading).toMatchObject({ device: '330100001', time: '2026-02-28T16:00:00.000Z' });
  });

  test('a missing cell is a hole, a wrong one costs itself only, with its column', async () => {
    const { readings, refused, missing } = await lab.parse(
      `${header}\n1,"'330100001",1,1,2026/2/28,--,x,20,,40\n`,
      registers,
    );
    expect(readings.map(({ metric }) => metric)).toEqual(['energy_import_t2', 'energy_import_t4']);
    expect(readings[0]?.device).toBe('330100001');
    expect([refused, missing]).toEqual([['2: 正向有功尖: "x" is no finite number'], 2]);
  });

  test('a meter without number is refused: a household is no meter', async () => {
    const { readings, refused } = await lab.parse(`${header}\n1,--,1,1,2026-02-28,1,,,,\n`, registers);
    expect([readings, refused]).toEqual([[], ['2: 资产编号, which names the device, is empty']]);
  });

  test('where there is a household number only, it names the device', async () => {
    const { readings } = await lab.parse('户号,日期,总\n0042,20260228,7\n', registers);
    expect(readings).toMatchObject([{ device: '0042', metric: 'energy_import', value: 7 }]);
  });

  test('values that were multiplied by CT×PT are divided, where the mapping says so', async () => {
    const mapping = { ...registers.mapping, ratio: { ct: ['CT'], pt: ['PT'], values: 'primary' as const } };
    const text = `${header}\n1,330100001,300/5,100,2026-02-28,6000,,,,\n1,330100001,0,1,2026-03-01,6000,,,,\n`;
    const { readings, refused } = await lab.parse(text, { ...registers, mapping });
    expect(readings).toMatchObject([{ value: 1 }]);
    expect(refused).toEqual(['3: "0" is no ratio such as 60 or 300/5']);
  });

  test('a file of another kind is refused as a whole', async () => {
    const refusal = (reason: RegExp) => ({ code: 'IMPORT_INVALID', message: expect.stringMatching(reason) });
    await expect(lab.parse('资产编号,日期,P1\n1,2026-03-01,1\n', registers)).rejects.toMatchObject(
      refusal(/is it the right one/),
    );
    await expect(lab.parse('a,b\n1,2\n', registers)).rejects.toMatchObject(refusal(/No column for the device/));
    await expect(lab.parse('资产编号,日期,尖,尖\n', registers)).rejects.toMatchObject(
      refusal(/columns 3 and 4 are both headed/),
    );
  });
});

describe('curves of 96 points', () => {
  const numbers = Array.from({ length: 96 }, (_, i) => i + 1);
  const row = (start: string, value: (n: number) => string | number) => [start, ...numbers.map(value)].join(',');

  test('point 1 is at 00:00, local time; the quantity is that of the row', async () => {
    const text = [
      row('资产编号,数据类型,日期', (n) => `P${n}`),
      row('M-1,有功功率,2026-02-28', (n) => n),
      row('M-1,A相电压,2026-02-28', (n) => (n === 96 ? '--' : 230)),
      row('M-1,怪,2026-02-28', () => 1),
    ].join('\n');
    const { readings, refused, missing } = await lab.parse(text, curve);
    expect(readings).toHaveLength(191);
    expect(readings[0]).toMatchObject({ metric: 'active_power', time: '2026-02-27T16:00:00.000Z', value: 1 });
    expect(readings[95]).toMatchObject({ metric: 'active_power', time: '2026-02-28T15:45:00.000Z', value: 96 });
    expect(readings[96]).toMatchObject({ metric: 'voltage_a', value: 230 });
    expect([missing, refused]).toEqual([1, ['4: "怪" is no kind of curve that the mapping cn-curve-96 knows']]);
  });

  test('columns may be headed by the time of day, 24:00 included', async () => {
    const { readings } = await lab.parse('资产编号,日期,0:15,12:00:00,24:00\nM-1,2026-02-28,1,2,3\n', curve);
    expect(readings.map(({ time }) => time)).toEqual([
      '2026-02-27T16:15:00.000Z',
      '2026-02-28T04:00:00.000Z',
      '2026-02-28T16:00:00.000Z',
    ]);
  });

  test.each([
    ['2025-03-30', 'does not exist', 92],
    ['2025-10-26', 'is two moments', 92],
    ['2025-06-01', 'none', 96],
  ])('on %s in Berlin points that are no moment or two are refused each (%s)', async (date, reason, taken) => {
    const text = [row('资产编号,日期', (n) => `${n}`), row(`M-1,${date}`, () => 1)].join('\n');
    const { readings, refused } = await lab.parse(text, { ...curve, timeZone: 'Europe/Berlin' });
    expect(readings).toHaveLength(taken);
    expect(refused).toHaveLength(96 - taken);
    for (const line of refused) expect(line).toMatch(new RegExp(`^2: (9|10|11|12): .*${reason}`));
  });

  test('two columns of one point are refused', async () => {
    const refusal = { code: 'IMPORT_INVALID', message: expect.stringContaining('the same point') };
    await expect(lab.parse('资产编号,日期,P1,00:00\n', curve)).rejects.toMatchObject(refusal);
  });
});
