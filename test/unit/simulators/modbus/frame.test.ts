// Request and answer of "read input registers" 0x0008: MODBUS Application Protocol V1.1b3, section 6.4 (request
// 04 00 08 00 01, answer 04 02 00 0A); header as in the TCP/IP implementation guide V1.0b, section 4.4.2.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exceptionAnswer, FrameReader, registersAnswer } from '../../../../simulators/modbus/frame.ts';

const REQUEST = Buffer.from('15 01 00 00 00 06 ff 04 00 08 00 01'.replaceAll(' ', ''), 'hex');
const PARSED = { transaction: 0x1501, unit: 0xff, functionCode: 4, address: 8, count: 1 };

describe('FrameReader', () => {
  it('reads the example of the specification', () => {
    expect(new FrameReader().push(REQUEST)).toEqual([PARSED]);
  });

  it('finds the same requests however the stream is cut', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.array(fc.integer({ min: 1, max: 20 })), (requests, cuts) => {
        const stream = Buffer.concat(Array.from({ length: requests }, () => REQUEST));
        const reader = new FrameReader();
        const found = [];
        let at = 0;
        for (const size of [...cuts, stream.length]) {
          found.push(...(reader.push(stream.subarray(at, at + size)) ?? []));
          at = Math.min(stream.length, at + size);
        }
        expect(found).toHaveLength(requests);
      }),
    );
  });

  it('gives a stream up that is not Modbus TCP', () => {
    expect(new FrameReader().push(Buffer.from('GET / HTTP/1.1\r\n'))).toBeUndefined();
    expect(new FrameReader().push(Buffer.from('1501000000ffff04', 'hex'))).toBeUndefined();
  });
});

describe('answers', () => {
  it('match the example of the specification', () => {
    expect(registersAnswer(PARSED, Buffer.from([0, 10])).toString('hex')).toBe('150100000005ff0402000a');
    expect(exceptionAnswer(PARSED, 2).toString('hex')).toBe('150100000003ff8402');
  });
});
