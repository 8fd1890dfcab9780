import { describe, expect, test } from 'vitest';
import { allowanceMs, BusLoad, ProbeBudget } from '../../../../edge/modbus/allowance.ts';

const TIGHT = { timeoutMs: 1000, shortestIntervalMs: 1000, busyShare: 0, usualMs: undefined };

describe('how long to wait for an answer', () => {
  test('half of what the bus has to spare in its shortest interval', () => {
    expect(allowanceMs(TIGHT)).toBe(500);
    expect(allowanceMs({ ...TIGHT, busyShare: 0.5 })).toBe(250);
  });

  test('never longer than configured', () => {
    expect(allowanceMs({ ...TIGHT, shortestIntervalMs: 900_000 })).toBe(1000);
    expect(allowanceMs({ ...TIGHT, shortestIntervalMs: Infinity })).toBe(1000);
  });

  test('never less than several times what is usual, however busy the bus', () => {
    expect(allowanceMs({ ...TIGHT, busyShare: 0.99, usualMs: 100 })).toBe(400);
    expect(allowanceMs({ ...TIGHT, busyShare: 2, usualMs: 1 })).toBe(50);
  });
});

test('failed probes may take a tenth of a bus on which others answer, and all of it otherwise', () => {
  const budget = new ProbeBudget();
  budget.spend(500, 10_000, true);
  expect(budget.freeAtMs).toBe(14_500);
  budget.spend(500, 20_000, false);
  expect(budget.freeAtMs).toBe(20_000);
});

test('the load of a bus is the sum of its devices, and never negative', () => {
  const load = new BusLoad();
  load.change(0, 0.2);
  load.change(0, 0.3);
  load.change(0.2, 0.1);
  expect(load.share).toBeCloseTo(0.4);
  load.change(0.5, 0);
  expect(load.share).toBe(0);
});
