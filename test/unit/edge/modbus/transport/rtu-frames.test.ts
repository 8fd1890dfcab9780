import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  crc16,
  expectedAnswer,
  findAnswer,
  isSound,
  LINE_FAULTS,
  readRequest,
  sortRubbish,
} from '../../../../../edge/modbus/transport/rtu-frames.ts';

const NOBODY = () => false;

// Frames with their checksums as makers print them: Eastron SDM630 Modbus Protocol V1.2, section 1.5 (read of voltage 1),
// and the CRC example of Modbus over serial line V1.02, section 6.2.2 (02 07 gives 41 12 on the line).
const REQUEST = Buffer.from('01040000000271cb', 'hex');
const ANSWER = Buffer.from('01040443663334', 'hex');

function withCrc(body: Buffer): Buffer {
  const check = Buffer.alloc(2);
  check.writeUInt16LE(crc16(body));
  return Buffer.concat([body, check]);
}

const FULL_ANSWER = withCrc(ANSWER);

describe('checksums', () => {
  test('of the specification and of a maker', () => {
    expect(withCrc(Buffer.from('0207', 'hex')).toString('hex')).toBe('02074112');
    expect(isSound(REQUEST)).toBe(true);
    expect(readRequest(1, 4, 0, 2)).toEqual(REQUEST);
  });

  test('one wrong bit is noticed, whichever', () => {
    for (let bit = 0; bit < 8 * FULL_ANSWER.length; bit++) {
      const damaged = Buffer.from(FULL_ANSWER);
      damaged.writeUInt8(damaged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(isSound(damaged)).toBe(false);
    }
  });
});

test('what answers a request', () => {
  expect(expectedAnswer(readRequest(7, 3, 100, 125))).toEqual({ unit: 7, functionCode: 3, bytes: 255 });
  expect(expectedAnswer(readRequest(7, 1, 100, 1))).toEqual({ unit: 7, functionCode: 1, bytes: 6 });
  const write = withCrc(Buffer.from('07100064000204000a000b', 'hex'));
  expect(expectedAnswer(write)).toEqual({ unit: 7, functionCode: 16, bytes: 8 });
});

describe('the answer among other bytes', () => {
  const expected = expectedAnswer(REQUEST);

  test('is found behind noise that does not look like it, whatever follows, and however it comes in', () => {
    const noise = fc.uint8Array({ maxLength: 40 }).filter((bytes) => !bytes.includes(1));
    fc.assert(
      fc.property(noise, fc.uint8Array({ maxLength: 20 }), (before, after) => {
        const all = Buffer.concat([before, FULL_ANSWER, after]);
        const complete = before.length + FULL_ANSWER.length;
        for (let length = 0; length < complete; length++)
          expect(findAnswer(all.subarray(0, length), expected).found).toBeUndefined();
        for (let length = complete; length <= all.length; length++)
          expect(findAnswer(all.subarray(0, length), expected).found).toEqual(FULL_ANSWER);
      }),
    );
  });

  test('is found once enough bytes are there, even behind what begins like it', () => {
    fc.assert(
      fc.property(fc.nat(FULL_ANSWER.length - 1), (cut) => {
        const bytes = Buffer.concat([FULL_ANSWER.subarray(0, cut), FULL_ANSWER]);
        expect(findAnswer(bytes, expected).found).toEqual(FULL_ANSWER);
      }),
    );
  });

  test('an exception is an answer; one with a wrong checksum is damaged', () => {
    const exception = withCrc(Buffer.from('018402', 'hex'));
    expect(findAnswer(exception, expected).found).toEqual(exception);
    const damaged = Buffer.from(FULL_ANSWER);
    damaged.writeUInt8(0, 4);
    expect(findAnswer(damaged, expected)).toEqual({ before: damaged, damaged });
  });

  test('random bytes are never an answer unless their checksum is right', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const { found } = findAnswer(Buffer.from(bytes), expected);
        expect(found === undefined || isSound(found)).toBe(true);
      }),
    );
  });
});

describe('what was no answer', () => {
  const expected = expectedAnswer(REQUEST);
  const others = withCrc(Buffer.from('09040412345678', 'hex'));
  const late = withCrc(Buffer.from('0104020007', 'hex'));

  test.each([
    ['noise', Buffer.from('00ff00', 'hex'), ['noise'], 3],
    ['a cut answer', FULL_ANSWER.subarray(0, 6), ['cut'], 6],
    ['a damaged answer', Buffer.concat([FULL_ANSWER.subarray(0, 8), Buffer.from([0])]), ['checksum'], 9],
    ['a frame of another unit', others, ['other_unit'], 0],
    ['a late answer', late, ['late'], 0],
    [
      'all of them',
      Buffer.concat([Buffer.from([0xff]), others, late, FULL_ANSWER.subarray(0, 6)]),
      ['other_unit', 'late', 'noise', 'cut'],
      7,
    ],
  ])('%s', (_, bytes, faults, strayBytes) => {
    expect(sortRubbish(bytes, expected, NOBODY)).toMatchObject({ faults, strayBytes });
  });

  test('a frame of a unit that owes an answer is late, also when nothing was asked', () => {
    expect(sortRubbish(others, undefined, (unit) => unit === 9).faults).toEqual(['late']);
    expect(sortRubbish(others, undefined, NOBODY)).toMatchObject({ faults: ['other_unit'], otherUnit: 9 });
  });

  test('no bytes, no fault; any bytes, at least one, of a known kind', () => {
    expect(sortRubbish(Buffer.alloc(0), expected, NOBODY)).toEqual({ faults: [], strayBytes: 0 });
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (bytes) => {
        const { faults } = sortRubbish(Buffer.from(bytes), expected, NOBODY);
        expect(faults.length).toBeGreaterThan(0);
        expect(faults.every((fault) => LINE_FAULTS.includes(fault))).toBe(true);
      }),
    );
  });
});
