import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { amend, BEGIN_MS, END_MS, overlapIn, overlay } from '../../../../server/registry/history.ts';
import { thingChange } from '../../../../server/registry/plan.ts';
import { AREAS, GridLab, METER_HEAD, METERS, NOW_MS } from './grid-lab.ts';

let lab: GridLab;
beforeEach(() => {
  lab = new GridLab();
});
afterEach(() => lab.close());

const ratioOf = (atMs: number, knownMs?: number) =>
  lab.registry.snapshot({ atMs, knownMs }).get('meters', 'G-1')?.fields.multiplier;

test("June's grid as it is known now, and as it was known in July", async () => {
  await lab.import({ 'areas.csv': AREAS, 'meters.csv': METERS });
  const july = lab.clock.nowMs();
  lab.clock.advance(86_400_000);
  await lab.import({ 'meters.csv': `${METER_HEAD}G-1,A-1,gateway,abc,0.5S,80,2026-06-10,\n` });
  for (const round of ['at once', 'after a restart']) {
    expect([round, ratioOf(Date.UTC(2026, 5, 9))]).toEqual([round, 60]);
    expect(ratioOf(Date.UTC(2026, 5, 20))).toBe(80);
    expect(ratioOf(Date.UTC(2026, 5, 20), july)).toBe(60);
    expect(ratioOf(Date.UTC(2025, 0, 1))).toBeUndefined();
    lab.reopen();
  }
});

test('knowledge of the future is refused', async () => {
  await lab.import({ 'meters.csv': METERS });
  expect(() => lab.registry.snapshot({ knownMs: lab.clock.nowMs() + 1 })).toThrow(/future/);
});

test('a snapshot is not built again while it holds, and is when it does not', async () => {
  await lab.import({ 'meters.csv': `${METERS}M-2,A-1,customer,,,,2026-07-02,\n` });
  const first = lab.registry.snapshot();
  lab.clock.advance(60_000);
  expect(lab.registry.snapshot()).toBe(first);
  lab.clock.set(Date.UTC(2026, 6, 2));
  const second = lab.registry.snapshot();
  expect([first.get('meters', 'M-2'), second.get('meters', 'M-2')?.id]).toEqual([undefined, 'M-2']);
  expect(lab.registry.snapshot({ atMs: NOW_MS })).toBe(first);
  await lab.import({ 'meters.csv': `${METER_HEAD}M-9,A-1,customer,,,,,\n` });
  expect(lab.registry.snapshot().get('meters', 'M-9')?.id).toBe('M-9');
});

test('the state itself refuses rows that overlap, and nothing of the change is left', async () => {
  await lab.import({ 'meters.csv': METERS });
  const add = [{ fromMs: NOW_MS, toMs: END_MS, fields: { role: 'customer' } }];
  const overlapping = { kind: 'meters', id: 'M-1', class: 'added', remove: [], add } as const;
  const sound = { ...overlapping, id: 'M-7' };
  const note = { actor: 'ann', action: 'x', reason: undefined, correction: false };
  expect(() => lab.registry.apply([sound, overlapping], note)).toThrow(/overlap/);
  lab.reopen();
  expect(lab.registry.rowsOf('meters', 'M-7')).toEqual([]);
  expect(lab.registry.rowsOf('meters', 'M-1')).toHaveLength(1);
});

test('who, when and why of each row is kept', async () => {
  await lab.import({ 'meters.csv': METERS }, { reason: 'first' });
  await lab.import({ 'meters.csv': `${METER_HEAD}M-1,A-1,customer,b,1,1,2026-06-10,\n` }, { actor: 'bob' });
  const records = lab.registry.recordsOf('meters', 'M-1', 10);
  expect(records.map(({ actor, reason, change, replaced_by }) => [actor, reason, change, replaced_by])).toEqual([
    ['bob', null, 2, null],
    ['bob', null, 2, null],
    ['ann', 'first', 1, 2],
  ]);
});

const moment = fc.integer({ min: 0, max: 12 });
const step = fc.record({
  id: fc.constantFrom('a', 'b'),
  fromMs: fc.option(moment, { nil: BEGIN_MS }),
  lasts: fc.option(fc.integer({ min: 1, max: 6 }), { nil: END_MS }),
  multiplier: fc.integer({ min: 1, max: 3 }),
  isAmendment: fc.boolean(),
  waitMs: fc.integer({ min: 0, max: 2 }),
});

test('any sequence of changes: rows do not overlap, and what was known at a moment is answered the same for good', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const own = new GridLab();
      const answers = new Map<number, string>();
      for (const { id, fromMs, lasts, multiplier, isAmendment, waitMs } of steps) {
        own.clock.advance(waitMs);
        const knownMs = own.clock.nowMs();
        if (multiplier !== 2) answers.set(knownMs, answerOf(own, knownMs));
        const known = own.registry.rowsOf('meters', id);
        const toMs = lasts === END_MS ? END_MS : Math.max(0, fromMs) + lasts;
        const said = { fromMs, toMs, fields: { role: 'customer', multiplier } };
        const wanted = isAmendment ? amend(known, said) : overlay(known, [said]);
        const note = { actor: 'a', action: 'x', reason: undefined, correction: false };
        own.registry.apply([thingChange('meters', id, known, wanted)], note);
        expect(overlapIn(own.registry.rowsOf('meters', id))).toBeUndefined();
        for (const [asked, answer] of answers) expect(answerOf(own, asked)).toBe(answer);
      }
      const current = JSON.stringify(own.export());
      own.reopen();
      expect(JSON.stringify(own.export())).toBe(current);
      for (const [asked, answer] of answers) expect(answerOf(own, asked)).toBe(answer);
      own.close();
    }),
    { numRuns: 60 },
  );
});

function answerOf(lab: GridLab, knownMs: number): string {
  return JSON.stringify(
    [-1, 0, 3, 6, 9, 12, 15].map((atMs) => [...lab.registry.snapshot({ atMs, knownMs }).all('meters')].sort()),
  );
}
