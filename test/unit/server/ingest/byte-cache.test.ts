import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteCache } from '../../../../server/ingest/byte-cache.ts';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

describe('a byte cache', () => {
  it('decodes the same bytes once, wherever they stand', () => {
    const cache = new ByteCache<string>();
    let decoded = 0;
    const read = (bytes: string, start: number, end: number) =>
      cache.read(Buffer.from(bytes), start, end, () => `meaning ${++decoded}`);
    expect(read('..voltage_a', 2, 11)).toBe('meaning 1');
    expect(read('voltage_a.....', 0, 9)).toBe('meaning 1');
    expect(read('voltage_b', 0, 9)).toBe('meaning 2');
    expect(read('voltage_a', 0, 8)).toBe('meaning 3');
  });

  it('keeps what it remembers when the message is overwritten', () => {
    const cache = new ByteCache<string>();
    const message = Buffer.from('voltage_a');
    cache.read(message, 0, 9, () => 'a');
    message.fill(0);
    expect(cache.read(Buffer.from('voltage_a'), 0, 9, () => 'decoded again')).toBe('a');
  });

  it('does not remember long stretches', () => {
    const cache = new ByteCache<number>();
    const long = Buffer.alloc(257);
    let decoded = 0;
    for (let time = 0; time < 2; time++) cache.read(long, 0, long.length, () => ++decoded);
    expect(decoded).toBe(2);
  });

  it('never confuses two stretches', () => {
    const cache = new ByteCache<string>();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4 }), (bytes) => {
        expect(cache.read(bytes, 0, bytes.length, () => text(bytes))).toBe(text(bytes));
      }),
      { numRuns: 20_000 },
    );
  });
});
