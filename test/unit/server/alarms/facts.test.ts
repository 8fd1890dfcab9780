import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AlarmFacts, apply, NORMAL, stateOf, type Trigger } from '../../../../server/alarms/facts.ts';

const shelving = { untilMs: 1, by: 'operator', reason: 'maintenance' };
const trigger: fc.Arbitrary<Trigger> = fc.constantFrom<Trigger>(
  { kind: 'trip' },
  { kind: 'clear' },
  { kind: 'severityRises' },
  { kind: 'acknowledge' },
  { kind: 'shelve', shelving },
  { kind: 'unshelve', by: 'hand' },
  { kind: 'unshelve', by: 'timer' },
  { kind: 'suppress' },
  { kind: 'release' },
  { kind: 'takeOutOfService' },
  { kind: 'returnToService' },
);
const history = fc.array(trigger, { maxLength: 40 });

function after(triggers: readonly Trigger[]): AlarmFacts {
  return triggers.reduce(apply, NORMAL);
}

test('active is what tripped last said, whatever else happens', () => {
  fc.assert(
    fc.property(history, (triggers) => {
      const process = triggers.filter(({ kind }) => kind === 'trip' || kind === 'clear');
      expect(after(triggers).active).toBe(process.at(-1)?.kind === 'trip');
    }),
  );
});

test('only a person, or taking the alarm out of sight, makes it acknowledged', () => {
  fc.assert(
    fc.property(history, trigger, (triggers, next) => {
      const before = after(triggers);
      const now = apply(before, next);
      if (before.acknowledged || !now.acknowledged) return;
      expect(['acknowledge', 'unshelve', 'release', 'returnToService']).toContain(next.kind);
    }),
  );
});

test('a person acknowledges what is announced: B and D, nothing else', () => {
  fc.assert(
    fc.property(history, (triggers) => {
      const before = after(triggers);
      const now = apply(before, { kind: 'acknowledge' });
      const expected = { B: 'C', D: 'A' } as Readonly<Record<string, string>>;
      expect(stateOf(now)).toBe(expected[stateOf(before)] ?? stateOf(before));
    }),
  );
});

test('out of sight stays out of sight until it is taken back', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom<Trigger>({ kind: 'trip' }, { kind: 'clear' }, { kind: 'acknowledge' })),
      (triggers) => {
        const hiding: readonly [Trigger, string][] = [
          [{ kind: 'shelve', shelving }, 'E'],
          [{ kind: 'suppress' }, 'F'],
          [{ kind: 'takeOutOfService' }, 'G'],
        ];
        for (const [hide, letter] of hiding) expect(stateOf(triggers.reduce(apply, after([hide])))).toBe(letter);
      },
    ),
  );
});

test('what changes nothing is the same object', () => {
  for (const kind of ['clear', 'severityRises', 'acknowledge', 'release', 'returnToService'] as const) {
    expect(apply(NORMAL, { kind })).toBe(NORMAL);
  }
  const active = apply(NORMAL, { kind: 'trip' });
  expect(apply(active, { kind: 'trip' })).toBe(active);
});
