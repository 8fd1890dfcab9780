import { expect, test } from 'vitest';
import { Complaint } from '../../../../edge/modbus/complaint.ts';

test('a complaint is told when it begins, when it changes, and every ten minutes', () => {
  const complaint = new Complaint();
  expect(complaint.end()).toBe(false);
  expect(complaint.isWorthSaying('gone', 0)).toBe(true);
  expect(complaint.isWorthSaying('gone', 599_999)).toBe(false);
  expect(complaint.isWorthSaying('gone', 600_000)).toBe(true);
  expect(complaint.isWorthSaying('busy', 600_001)).toBe(true);
  expect(complaint.end()).toBe(true);
  expect(complaint.isWorthSaying('busy', 600_002)).toBe(true);
});
