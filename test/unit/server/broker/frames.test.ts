import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FrameGuard } from '../../../../server/broker/frames.ts';

/** Remaining length as MQTT 3.1.1, section 2.2.3, table 2.4 writes it. */
function remainingLength(length: number): number[] {
  const bytes: number[] = [];
  let rest = length;
  do {
    const digit = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? digit | 0x80 : digit);
  } while (rest > 0);
  return bytes;
}

function packet(bodyBytes: number): Uint8Array {
  return Uint8Array.from([0x30, ...remainingLength(bodyBytes), ...new Array<number>(bodyBytes).fill(0xff)]);
}

describe('limits of packets', () => {
  test.each([
    [0, [0x00]],
    [127, [0x7f]],
    [128, [0x80, 0x01]],
    [16_383, [0xff, 0x7f]],
    [16_384, [0x80, 0x80, 0x01]],
    [2_097_151, [0xff, 0xff, 0x7f]],
  ])('the length %i of the standard is read: at the limit it passes, one below it does not', (length, bytes) => {
    const header = Uint8Array.from([0x30, ...bytes]);
    expect(new FrameGuard(length).accept(header)).toBe(true);
    if (length > 0) expect(new FrameGuard(length - 1).accept(header)).toBe(false);
  });

  test('a length of five bytes is none', () => {
    expect(new FrameGuard(2 ** 30).accept(Uint8Array.from([0x30, 0x80, 0x80, 0x80, 0x80, 0x01]))).toBe(false);
  });

  test('a packet above the limit is noticed however the stream is cut, and none below it ever is', () => {
    const lengths = fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(
        lengths,
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 300 }),
        (bodies, chunk, limit) => {
          const stream = Buffer.concat(bodies.map(packet));
          const guard = new FrameGuard(limit);
          let accepted = true;
          for (let at = 0; at < stream.length && accepted; at += chunk)
            accepted = guard.accept(stream.subarray(at, at + chunk));
          expect(accepted).toBe(bodies.every((body) => body <= limit));
        },
      ),
    );
  });
});
