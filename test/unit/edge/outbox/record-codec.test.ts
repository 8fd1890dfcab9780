import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCompact, encodeCompact } from '../../../../edge/outbox/compact-codec.ts';
import { decodeRanges, decodeRecords, encodeRanges, RecordWriter } from '../../../../edge/outbox/record-codec.ts';
import { RangeSet } from '../../../../edge/protocol/ranges.ts';
import { plainRecord, recordLists } from './records.ts';

describe('records as bytes', () => {
  it('come back bit for bit, with what is not good as NaN', () => {
    fc.assert(
      fc.property(recordLists, (records) => {
        const writer = new RecordWriter();
        for (const record of records) writer.append(record);
        const encoded = writer.finish();
        expect(encoded === undefined).toBe(records.length === 0);
        if (!encoded) return;
        expect(decodeRecords(encoded.data)).toEqual(records);
        expect(encoded.count).toBe(records.length);
        expect(decodeRanges(encoded.numbers)).toEqual(new RangeSet(records.map(({ n }) => [n, n])).toArray());
        expect(encoded.fromMs).toBe(Math.min(...records.map(({ timeMs }) => timeMs)));
        expect(encoded.toMs).toBe(Math.max(...records.map(({ timeMs }) => timeMs)));
      }),
    );
  });

  it('come back bit for bit from the compact form', () => {
    fc.assert(
      fc.property(recordLists, (records) => {
        expect(decodeCompact(encodeCompact(records))).toEqual(records);
      }),
    );
  });

  it('keep the sign of zero and subnormal numbers in both forms', () => {
    const values = Float64Array.of(-0, 5e-324, 1.401298464324817e-45, 1e-40);
    const record = plainRecord(1, { values, quality: new Uint8Array(4) });
    const writer = new RecordWriter();
    writer.append(record);
    const plain = decodeRecords(writer.finish()?.data ?? new Uint8Array())[0]?.values;
    const compact = decodeCompact(encodeCompact([record]))[0]?.values;
    for (const read of [plain, compact])
      expect([...(read ?? [])].map((v, i) => Object.is(v, values[i]))).toEqual([true, true, true, true]);
  });

  it('a writer starts anew after finish', () => {
    const writer = new RecordWriter();
    writer.append(plainRecord(7));
    writer.finish();
    expect(writer.finish()).toBeUndefined();
    writer.append(plainRecord(9));
    expect(decodeRecords(writer.finish()?.data ?? new Uint8Array())).toEqual([plainRecord(9)]);
  });

  it('damaged bytes are refused or decoded to something else, and never end in anything but a RangeError', () => {
    fc.assert(
      fc.property(recordLists, fc.nat(), (records, cut) => {
        const writer = new RecordWriter();
        for (const record of records) writer.append(record);
        const data = writer.finish()?.data ?? new Uint8Array();
        try {
          decodeRecords(data.subarray(0, data.length === 0 ? 0 : cut % data.length));
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }),
    );
  });

  it('ranges come back', () => {
    const ranges: [number, number][] = [
      [1, 1],
      [3, 1000],
      [2 ** 40, 2 ** 40 + 7],
    ];
    expect(decodeRanges(encodeRanges(ranges))).toEqual(ranges);
  });
});
