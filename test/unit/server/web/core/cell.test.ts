import { expect, test, vi } from 'vitest';
import { Cell, derived } from '../../../../../server/web/src/core/cell.ts';

test('tells of changes only, until it is left', () => {
  const cell = new Cell(1);
  const listener = vi.fn();
  const leave = cell.watch(listener);
  cell.set(1);
  expect(listener).not.toHaveBeenCalled();
  cell.set(2);
  expect(listener).toHaveBeenCalledTimes(1);
  leave();
  cell.set(3);
  expect(listener).toHaveBeenCalledTimes(1);
});

test('a listener may leave while it is told', () => {
  const cell = new Cell(0);
  const leave = cell.watch(() => leave());
  const other = vi.fn();
  cell.watch(other);
  cell.set(1);
  expect(other).toHaveBeenCalledTimes(1);
});

test('a derived cell changes when its result does', () => {
  const a = new Cell(1);
  const b = new Cell(2);
  const sum = derived([a, b], () => a.value + b.value);
  const listener = vi.fn();
  sum.watch(listener);
  a.set(2);
  expect(sum.value).toBe(4);
  b.set(2);
  expect(listener).toHaveBeenCalledTimes(1);
});
