import { describe, expect, it } from 'vitest';
import {
  codeOf,
  ERROR_CATALOGUE,
  GridwardenError,
  isErrorCode,
  messageOf,
  RETIRED_CODES,
  systemCodeOf,
} from '../../../../edge/platform/errors.ts';

describe('the error catalogue', () => {
  it('has codes in capitals, a class, an HTTP status of an error, and a title', () => {
    for (const [code, definition] of Object.entries(ERROR_CATALOGUE)) {
      expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
      expect(['fix', 'retry', 'drop', 'partial', 'stop']).toContain(definition.class);
      expect(definition.status).toBeGreaterThanOrEqual(400);
      expect(definition.status).toBeLessThan(600);
      expect(definition.title).toMatch(/^[A-Z].*[^.]$/);
    }
  });

  it('never uses a retired code again', () => {
    expect(RETIRED_CODES.filter((code) => isErrorCode(code))).toEqual([]);
  });

  it('gives no two codes the same title', () => {
    const titles = Object.values(ERROR_CATALOGUE).map(({ title }) => title);
    expect(new Set(titles).size).toBe(titles.length);
  });
});

describe('GridwardenError', () => {
  it('carries code, class, status, details and cause', () => {
    const cause = new Error('why');
    const error = new GridwardenError('BROKER_UNREACHABLE', 'the broker is away', {
      cause,
      details: { url: 'mqtt://x' },
    });
    expect([error.code, error.class, error.status]).toEqual(['BROKER_UNREACHABLE', 'retry', 503]);
    expect(error.cause).toBe(cause);
    expect(error.details).toEqual({ url: 'mqtt://x' });
    expect(codeOf(error)).toBe('BROKER_UNREACHABLE');
  });

  it('is told from others by its code, not by its message', () => {
    expect(codeOf(new Error('BROKER_UNREACHABLE'))).toBeUndefined();
    expect(codeOf('BROKER_UNREACHABLE')).toBeUndefined();
    expect(isErrorCode('toString')).toBe(false);
  });
});

describe('what is thrown by others', () => {
  it('has a line of text', () => {
    expect(messageOf(new Error('why'))).toBe('why');
    expect(messageOf('why')).toBe('why');
    expect(messageOf(undefined)).toBe('undefined');
  });

  it('may have the code of the operating system', () => {
    expect(systemCodeOf(Object.assign(new Error('x'), { code: 'EADDRINUSE' }))).toBe('EADDRINUSE');
    expect(systemCodeOf(Object.assign(new Error('x'), { code: 5 }))).toBeUndefined();
    expect(systemCodeOf(null)).toBeUndefined();
  });
});
