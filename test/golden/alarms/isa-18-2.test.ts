/**
 * Transition table and test vector of the project's domain reference, section 8, "Alarms (ISA-18.2 / IEC 62682)",
 * taken over word for word: limit 100, deadband 2, on-delay 5 s, off-delay 10 s.
 */
import { expect, test } from 'vitest';
import { type AlarmFacts, apply, NORMAL, stateOf, type Trigger } from '../../../server/alarms/facts.ts';
import { LimitCondition } from '../../../server/alarms/limit-condition.ts';

const TRIP: Trigger = { kind: 'trip' };
const CLEAR: Trigger = { kind: 'clear' };
const ACKNOWLEDGE: Trigger = { kind: 'acknowledge' };
const SHELVE: Trigger = { kind: 'shelve', shelving: { untilMs: 60_000, by: 'operator', reason: 'maintenance' } };
const BY_HAND: Trigger = { kind: 'unshelve', by: 'hand' };
const BY_TIMER: Trigger = { kind: 'unshelve', by: 'timer' };

const TO: Readonly<Record<string, readonly Trigger[]>> = {
  A: [],
  B: [TRIP],
  C: [TRIP, ACKNOWLEDGE],
  D: [TRIP, CLEAR],
};

function after(...triggers: readonly Trigger[]): AlarmFacts {
  return triggers.reduce(apply, NORMAL);
}

test.each([
  ['A', 'condition holds for the on-delay', [TRIP], 'B'],
  ['B', 'acknowledge', [ACKNOWLEDGE], 'C'],
  ['B', 'clears for the off-delay', [CLEAR], 'D'],
  ['C', 'clears', [CLEAR], 'A'],
  ['D', 'acknowledge', [ACKNOWLEDGE], 'A'],
  ['D', 're-trips', [TRIP], 'B'],
  ['C', 'severity rises', [{ kind: 'severityRises' }], 'B'],
  ['B', 'shelved and unshelved by hand while active', [SHELVE, BY_HAND], 'C'],
  ['B', 'shelved and unshelved by the timer while active', [SHELVE, BY_TIMER], 'B'],
  ['C', 'shelved and unshelved by the timer while active', [SHELVE, BY_TIMER], 'B'],
  ['B', 'shelved and unshelved by hand while inactive', [SHELVE, CLEAR, BY_HAND], 'A'],
  ['B', 'shelved and unshelved by the timer while inactive', [SHELVE, CLEAR, BY_TIMER], 'A'],
  ['C', 'suppressed and released while active', [{ kind: 'suppress' }, { kind: 'release' }], 'B'],
  ['B', 'suppressed and released while inactive', [{ kind: 'suppress' }, CLEAR, { kind: 'release' }], 'A'],
  ['C', 'out of service and back while active', [{ kind: 'takeOutOfService' }, { kind: 'returnToService' }], 'B'],
  ['D', 'out of service and back while inactive', [{ kind: 'takeOutOfService' }, { kind: 'returnToService' }], 'A'],
] as const)('%s: %s', (from, _, triggers, to) => {
  const start = after(...(TO[from] ?? []));
  expect(stateOf(start)).toBe(from);
  expect(stateOf(triggers.reduce<AlarmFacts>(apply, start))).toBe(to);
});

test.each(['A', 'B', 'C', 'D'])('%s, as any state: shelve E, suppressed F, out of service G', (from) => {
  const start = after(...(TO[from] ?? []));
  expect(stateOf(apply(start, SHELVE))).toBe('E');
  expect(stateOf(apply(start, { kind: 'suppress' }))).toBe('F');
  expect(stateOf(apply(start, { kind: 'takeOutOfService' }))).toBe('G');
});

const VECTOR = {
  direction: 'high',
  levels: [{ limit: 100, severity: 'high' }],
  deadband: 2,
  onDelayMs: 5_000,
  offDelayMs: 10_000,
} as const;

/** Feeds a value every 100 ms from `fromMs` on for `forMs`, both ends included; returns how often the level changed. */
function hold(condition: LimitCondition, value: (ms: number) => number, fromMs: number, forMs: number): number {
  let changes = 0;
  for (let ms = 0; ms <= forMs; ms += 100) if (condition.sample(value(ms), fromMs + ms)) changes++;
  return changes;
}

function tripped(): LimitCondition {
  const condition = new LimitCondition(VECTOR);
  hold(condition, () => 100, 0, 5_000);
  expect(condition.level).toBe(1);
  return condition;
}

test('≥ 100 for 4.9 s: nothing', () => {
  const condition = new LimitCondition(VECTOR);
  expect(hold(condition, () => 100, 0, 4_900)).toBe(0);
  expect(condition.level).toBe(0);
});

test('≥ 100 for 5.0 s: B', () => {
  const condition = new LimitCondition(VECTOR);
  expect(hold(condition, () => 100, 0, 5_000)).toBe(1);
  expect(condition.level).toBe(1);
});

test('98.5 for ever: still B', () => {
  const condition = tripped();
  expect(hold(condition, () => 98.5, 5_100, 24 * 3_600_000)).toBe(0);
  expect(condition.level).toBe(1);
});

test('98.0 for 10 s: D', () => {
  const condition = tripped();
  expect(hold(condition, () => 98, 5_100, 9_900)).toBe(0);
  expect(condition.sample(98, 15_100)).toBe(true);
  expect(condition.level).toBe(0);
});

test('99–101 to and fro for 1 h after the trip: exactly one announcement', () => {
  const condition = new LimitCondition(VECTOR);
  const announcements = hold(condition, () => 100, 0, 5_000);
  const changes = hold(condition, (ms) => 100 + Math.sin(ms / 700), 5_100, 3_600_000);
  expect(announcements + changes).toBe(1);
});
