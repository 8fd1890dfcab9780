import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LateAnswers } from '../../../../../edge/modbus/transport/late-answers.ts';
import { ManualProcessClock } from '../../../../../edge/platform/clock.ts';

test('a unit that owes nothing is asked at once', () => {
  const late = new LateAnswers(new ManualProcessClock());
  expect(late.fenceBefore(1, 4)).toBeUndefined();
  late.owes(2, 4);
  expect(late.fenceBefore(1, 4)).toBeUndefined();
  expect(late.fenceBefore(2, 3)).toBeUndefined();
  expect([late.isOwedBy(1), late.isOwedBy(2)]).toEqual([false, true]);
});

test('a unit that owes an answer is fenced with another function code, until it is settled', () => {
  const late = new LateAnswers(new ManualProcessClock());
  late.owes(1, 4);
  expect(late.fenceBefore(1, 4)).toBe(3);
  late.owes(1, 3);
  expect(late.fenceBefore(1, 4)).toBe(1);
  late.owes(1, 1);
  late.owes(1, 2);
  expect(late.fenceBefore(1, 4)).toBe(2);
  late.settled(1);
  expect(late.fenceBefore(1, 4)).toBeUndefined();
});

test('what is owed is forgotten in the end', () => {
  const clock = new ManualProcessClock();
  const late = new LateAnswers(clock);
  late.owes(1, 4);
  clock.advance(9999);
  expect(late.fenceBefore(1, 4)).toBe(3);
  clock.advance(1);
  expect(late.isOwedBy(1)).toBe(false);
  expect(late.fenceBefore(1, 4)).toBeUndefined();
});

/**
 * A unit that answers in the order in which it was asked, as late as it likes, asked by the rules: every answer that is
 * taken must be the one to the request it is taken for.
 */
test('no answer is ever taken for that to another request', () => {
  const step = fc.record({ code: fc.constantFrom(3, 4), answered: fc.nat(6), gaveUp: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const late = new LateAnswers(new ManualProcessClock());
      let number = 0;
      const waiting: { code: number; number: number }[] = [];
      /** Asks, and takes what the unit answers meanwhile as a port does: by its function code alone. */
      const ask = (code: number, answers: number): number | undefined => {
        number += 1;
        waiting.push({ code, number });
        for (const answer of waiting.splice(0, answers)) if (answer.code === code) return answer.number;
        late.owes(1, code);
        return undefined;
      };
      for (const { code, answered } of steps) {
        const fence = late.fenceBefore(1, code);
        if (fence !== undefined) {
          if (ask(fence, answered) === undefined) continue;
          late.settled(1);
        }
        const taken = ask(code, answered);
        if (taken !== undefined) expect(taken).toBe(number);
      }
    }),
    { numRuns: 2000 },
  );
});
