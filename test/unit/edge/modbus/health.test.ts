import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Health } from '../../../../edge/modbus/health.ts';
import { qualityCode } from '../../../../edge/protocol/quality.ts';

const SILENT = qualityCode('silent');
const EXCEPTION = qualityCode('exception');
const DISCONNECTED = qualityCode('disconnected');

test('the first visit decides at once', () => {
  const up = new Health();
  expect(up.succeeded(10)).toEqual({ record: undefined, health: true });
  const down = new Health();
  expect(down.failed(SILENT, 10)).toEqual({ record: 'begins', health: true });
  expect([down.up, down.sinceMs, down.reason]).toEqual([false, 10, SILENT]);
});

test('one lost answer is recorded and is no outage; two are', () => {
  const health = new Health();
  health.succeeded(0);
  expect(health.failed(SILENT, 1)).toEqual({ record: 'begins', health: false });
  expect(health.succeeded(2)).toEqual({ record: 'ends', health: false });
  health.failed(SILENT, 3);
  expect(health.failed(SILENT, 4)).toEqual({ record: undefined, health: true });
  expect([health.up, health.sinceMs]).toEqual([false, 4]);
});

test('a lost connection is an outage at once', () => {
  const health = new Health();
  health.succeeded(0);
  expect(health.failed(DISCONNECTED, 1)).toEqual({ record: 'begins', health: true });
});

test('another reason is told', () => {
  const health = new Health();
  health.failed(SILENT, 0);
  expect(health.failed(EXCEPTION, 1)).toEqual({ record: 'changes', health: true });
  expect(health.failed(EXCEPTION, 2)).toEqual({ record: undefined, health: false });
});

describe('over random outcomes', () => {
  const outcomes = fc.array(fc.constantFrom<number>(0, SILENT, EXCEPTION, DISCONNECTED), {
    minLength: 1,
    maxLength: 60,
  });

  test('records begin and end in turn, and change only in between', () => {
    fc.assert(
      fc.property(outcomes, (sequence) => {
        const health = new Health();
        let silent = false;
        sequence.forEach((outcome, nowMs) => {
          const { record } = outcome === 0 ? health.succeeded(nowMs) : health.failed(outcome, nowMs);
          if (record === 'begins') expect(silent).toBe(false);
          if (record === 'changes' || record === 'ends') expect(silent).toBe(true);
          silent = outcome !== 0;
          expect(health.failing).toBe(silent);
        });
      }),
    );
  });

  test('health changes exactly when up or reason of being down changes', () => {
    fc.assert(
      fc.property(outcomes, (sequence) => {
        const health = new Health();
        let told: string | undefined;
        sequence.forEach((outcome, nowMs) => {
          const change = outcome === 0 ? health.succeeded(nowMs) : health.failed(outcome, nowMs);
          const now = health.up ? 'up' : `down ${health.reason}`;
          expect(change.health).toBe(now !== told);
          told = now;
        });
      }),
    );
  });
});
