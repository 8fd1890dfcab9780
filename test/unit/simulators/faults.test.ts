import { describe, expect, it } from 'vitest';
import { FaultBook } from '../../../simulators/faults.ts';

const fault = (kind: 'silent' | 'slow', fromMs: number, toMs = Number.POSITIVE_INFINITY, device = 'M-1') => ({
  device,
  kind,
  fromMs,
  toMs,
});

describe('FaultBook', () => {
  it('has a fault in force from its start up to, not including, its end', () => {
    const book = new FaultBook([fault('silent', 100, 200)]);
    expect([99, 100, 199, 200].map((time) => book.at('M-1', time)?.kind)).toEqual([
      undefined,
      'silent',
      'silent',
      undefined,
    ]);
    expect(book.at('M-2', 150)).toBeUndefined();
  });

  it('lets the newest fault decide and returns to the older one when it ends', () => {
    const book = new FaultBook([fault('silent', 0)]);
    book.add(fault('slow', 10, 20));
    expect([5, 15, 25].map((time) => book.at('M-1', time)?.kind)).toEqual(['silent', 'slow', 'silent']);
  });

  it('ends what is in force and keeps the label', () => {
    const book = new FaultBook([fault('silent', 0), fault('slow', 1000)]);
    expect(book.end('M-1', 50)).toBe(1);
    expect(book.at('M-1', 50)).toBeUndefined();
    expect(book.at('M-1', 1000)?.kind).toBe('slow');
    expect(book.all()).toContainEqual(fault('silent', 0, 50));
  });
});
