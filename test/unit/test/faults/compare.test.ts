import { describe, expect, it } from 'vitest';
import { recordKey } from '../../../faults/compare/absent-records.ts';
import { compare } from '../../../faults/compare/compare.ts';
import { EdgeTime } from '../../../faults/compare/edge-time.ts';
import { type Excuses, rejectedKey } from '../../../faults/compare/excuse.ts';
import type { Explanation } from '../../../faults/compare/explanations.ts';
import type { GivenDevice } from '../../../faults/compare/given-answers.ts';
import { givenAnswers } from '../../../faults/compare/given-answers.ts';
import type { StoredRow } from '../../../faults/compare/match-stored.ts';
import { noOnesWindows } from '../../../faults/compare/no-ones.ts';
import type { LoggedFault } from '../../../faults/plan/fault-log.ts';
import type { EdgeLayout } from '../../../faults/system/layout.ts';
import { GIVEN, NO_EXCUSES, START_MS } from './three-answers.ts';

const EDGES: readonly EdgeLayout[] = [{ name: 'edge-1', buses: [{ id: 'b', devices: [{ id: 'M-1', unit: 1 }] }] }];
function row(metric: string, value: number | undefined, timeMs: number, origin = 'live'): StoredRow {
  return { device: 'M-1', metric, timeMs, value, origin };
}

const STORED: readonly StoredRow[] = [
  row('voltage_a', 1.5, START_MS + 3),
  row('current_a', 1.25, START_MS + 3),
  row('voltage_a', 2.5, START_MS + 1003),
  row('current_a', 2.25, START_MS + 1003),
  row('energy_import', 2, START_MS + 1004),
  row('voltage_a', 3.5, START_MS + 2003),
  row('current_a', 3.25, START_MS + 2003),
];

function excuses(faults: readonly LoggedFault[] = [], more: Partial<Excuses> = {}): Excuses {
  return {
    ...NO_EXCUSES,
    windows: noOnesWindows(faults, EDGES),
    faults,
    timeOf: (edge) => new EdgeTime(faults, edge),
    ...more,
  };
}

function without(...places: readonly number[]): StoredRow[] {
  return STORED.filter((_, index) => !places.includes(index));
}

function counts(verdict: ReturnType<typeof compare>) {
  const { missing, duplicate, altered, unexplained, noOnes, explained, rejected, destroyed } = verdict;
  return {
    noOnes,
    explained,
    rejected,
    destroyed,
    missing: missing.count,
    duplicate: duplicate.count,
    altered: altered.count,
    unexplained: unexplained.count,
  };
}

const CLEAN = {
  noOnes: 0,
  explained: 0,
  rejected: 0,
  destroyed: 0,
  missing: 0,
  duplicate: 0,
  altered: 0,
  unexplained: 0,
};

describe('the comparison', () => {
  it('finds nothing where everything is stored once, in any order', () => {
    const verdict = compare(GIVEN, [...STORED].reverse(), excuses());
    expect(counts(verdict)).toEqual(CLEAN);
    expect(verdict).toMatchObject({ given: 7, stored: 7 });
  });

  it('finds what is missing', () => {
    expect(counts(compare(GIVEN, without(2, 3, 4), excuses()))).toEqual({ ...CLEAN, missing: 3 });
  });

  it('finds what is stored twice, also at another time', () => {
    const again = [...STORED, row('voltage_a', 2.5, START_MS + 1003), row('current_a', 2.25, START_MS + 1103)];
    expect(counts(compare(GIVEN, again, excuses()))).toEqual({ ...CLEAN, duplicate: 2 });
  });

  it('finds a value that was altered, and one at a time at which it was not read', () => {
    const value = [...without(0), row('voltage_a', 1.5000001, START_MS + 3)];
    expect(counts(compare(GIVEN, value, excuses()))).toEqual({ ...CLEAN, altered: 1 });
    const time = [...without(0), row('voltage_a', 1.5, START_MS + 60_000)];
    expect(counts(compare(GIVEN, time, excuses()))).toEqual({ ...CLEAN, altered: 1 });
  });

  it('finds what nobody gave out', () => {
    const rows = [
      ...STORED,
      row('voltage_a', 9.5, START_MS),
      row('energy_import', 1, START_MS),
      row('voltage_b', 1, 0),
    ];
    expect(counts(compare(GIVEN, rows, excuses()))).toEqual({ ...CLEAN, unexplained: 3 });
  });

  it('counts rows without value, which stand for no answer', () => {
    const verdict = compare(GIVEN, [...STORED, row('voltage_a', undefined, START_MS)], excuses());
    expect(counts(verdict)).toEqual(CLEAN);
    expect(verdict.withoutValue).toBe(1);
  });
});

describe("what is no one's", () => {
  const killed: LoggedFault = { kind: 'kill', target: 'edge-1', fromMs: START_MS + 2150, toMs: START_MS + 2500 };

  it('is what was given out within 200 ms before a kill', () => {
    const verdict = compare(GIVEN, without(5, 6), excuses([killed]));
    expect(counts(verdict)).toEqual({ ...CLEAN, noOnes: 2 });
    expect(verdict.oldestBeforeKillMs).toBe(150);
  });

  it('is older where the machine stalled meanwhile', () => {
    const late = { ...killed, fromMs: START_MS + 2350 };
    expect(counts(compare(GIVEN, without(5, 6), excuses([late])))).toMatchObject({ missing: 2 });
    const windows = noOnesWindows([late], EDGES, [{ fromMs: START_MS + 2100, toMs: START_MS + 2300 }]);
    expect(counts(compare(GIVEN, without(5, 6), excuses([late], { windows })))).toEqual({ ...CLEAN, noOnes: 2 });
  });

  it('is nothing older, and nothing of another edge', () => {
    expect(counts(compare(GIVEN, without(2, 3, 4), excuses([killed])))).toMatchObject({ missing: 3, noOnes: 0 });
    const other = { ...killed, target: 'server' };
    expect(counts(compare(GIVEN, without(5, 6), excuses([other])))).toMatchObject({ missing: 2, noOnes: 0 });
  });

  it('is one answer for each bus where a link was cut', () => {
    const cut: LoggedFault = {
      kind: 'cut',
      target: 'edge-1 to its gateways',
      fromMs: START_MS + 900,
      toMs: START_MS + 2100,
    };
    expect(counts(compare(GIVEN, without(5, 6), excuses([cut])))).toMatchObject({ missing: 0, noOnes: 2 });
    const both = counts(compare(GIVEN, without(2, 3, 4, 5, 6), excuses([cut])));
    expect(both).toMatchObject({ missing: 2, noOnes: 3 });
  });

  it('is never part of a record', () => {
    expect(counts(compare(GIVEN, without(5), excuses([killed])))).toMatchObject({ missing: 1, noOnes: 0 });
  });
});

describe('what a killed edge had written down', () => {
  const killed: LoggedFault = { kind: 'kill', target: 'edge-1', fromMs: START_MS + 2150, toMs: START_MS + 2500 };
  const third = recordKey('M-1', 3, 'fast');

  it("is no longer no one's", () => {
    const deaths = [{ edge: 'edge-1', atMs: killed.fromMs, held: new Set([third]) }];
    const verdict = compare(GIVEN, without(5, 6), excuses([killed], { deaths }));
    expect(counts(verdict)).toEqual({ ...CLEAN, missing: 2 });
    expect(verdict.missing.examples[0]).toContain('in the outbox');
  });
});

describe('what an outbox held when it was torn', () => {
  const torn: LoggedFault = { kind: 'torn_outbox', target: 'edge-1', fromMs: START_MS + 5000, toMs: START_MS + 5500 };
  const lost: Explanation = { edge: 'edge-1', devices: [], fromMs: 0, toMs: 0, records: 2, reason: 'lost' };
  const second = [recordKey('M-1', 2, 'fast'), recordKey('M-1', 2, 'registers')];
  const third = recordKey('M-1', 3, 'fast');

  /** An outbox with the records of the last two answers in it, torn so that these are left. */
  function tornWith(left: readonly string[], more: Partial<Excuses> = {}, faults: readonly LoggedFault[] = []) {
    const deaths = [{ edge: 'edge-1', atMs: torn.fromMs, held: new Set([...second, third]), left: new Set(left) }];
    return excuses([torn, ...faults], { deaths, ...more });
  }

  it('is destroyed, and nothing else is', () => {
    expect(counts(compare(GIVEN, without(2, 3, 4, 5, 6), tornWith([])))).toEqual({ ...CLEAN, destroyed: 5 });
    expect(counts(compare(GIVEN, without(0, 1, 5, 6), tornWith([])))).toEqual({ ...CLEAN, destroyed: 2, missing: 2 });
  });

  it('is not destroyed while it can still be read', () => {
    const verdict = compare(GIVEN, without(2, 3, 4, 5, 6), tornWith([third]));
    expect(counts(verdict)).toEqual({ ...CLEAN, destroyed: 3, missing: 2 });
    expect(verdict.missing.examples[0]).toContain('could still be read');
  });

  it('is not destroyed when an edge had it later', () => {
    const before = { edge: 'edge-1', atMs: torn.fromMs, held: new Set([third]), left: new Set<string>() };
    const after = { edge: 'edge-1', atMs: torn.toMs + 100, held: new Set([third]) };
    const verdict = compare(GIVEN, without(5, 6), excuses([torn], { deaths: [before, after] }));
    expect(counts(verdict)).toEqual({ ...CLEAN, missing: 2 });
  });

  it('is not destroyed when it was sent to a server that lived on', () => {
    const sentMs = new Map([[third, torn.fromMs - 300]]);
    const verdict = compare(GIVEN, without(5, 6), tornWith([], { sentMs }));
    expect(counts(verdict)).toEqual({ ...CLEAN, missing: 2 });
    expect(verdict.missing.examples[0]).toContain('it was sent at');
    const kill: LoggedFault = { kind: 'kill', target: 'server', fromMs: torn.fromMs + 1000, toMs: torn.fromMs + 2000 };
    expect(counts(compare(GIVEN, without(5, 6), tornWith([], { sentMs }, [kill])))).toEqual({ ...CLEAN, destroyed: 2 });
    const late = { ...kill, fromMs: torn.fromMs + 20_000, toMs: torn.fromMs + 21_000 };
    expect(counts(compare(GIVEN, without(5, 6), tornWith([], { sentMs }, [late])))).toEqual({ ...CLEAN, missing: 2 });
    const down: LoggedFault = {
      kind: 'store_down',
      target: 'store',
      fromMs: torn.fromMs - 1000,
      toMs: torn.fromMs + 19_000,
    };
    const verdictWhileDown = compare(GIVEN, without(5, 6), tornWith([], { sentMs }, [late, down]));
    expect(counts(verdictWhileDown)).toEqual({ ...CLEAN, destroyed: 2 });
  });

  it('is explained where the server explains it, for as many records as it names', () => {
    const two = tornWith([], { explanations: [lost] });
    expect(counts(compare(GIVEN, without(2, 3, 4), two))).toEqual({ ...CLEAN, explained: 3 });
    const one = tornWith([], { explanations: [{ ...lost, records: 1 }] });
    expect(counts(compare(GIVEN, without(2, 3, 4), one))).toEqual({ ...CLEAN, destroyed: 1, explained: 2 });
  });
});

describe('what the server explains', () => {
  const full: LoggedFault = { kind: 'disk_full', target: 'edge-1', fromMs: START_MS, toMs: START_MS + 5500 };
  const torn: LoggedFault = { ...full, kind: 'torn_outbox', fromMs: START_MS + 5000 };
  const lost: Explanation = { edge: 'edge-1', devices: [], fromMs: 0, toMs: 0, records: 2, reason: 'lost' };

  it('is accepted for as many records as it names', () => {
    const two = excuses([full], { explanations: [lost] });
    expect(counts(compare(GIVEN, without(2, 3, 4), two))).toEqual({ ...CLEAN, explained: 3 });
    const one = excuses([full], { explanations: [{ ...lost, records: 1 }] });
    expect(counts(compare(GIVEN, without(2, 3, 4), one))).toMatchObject({ missing: 1, explained: 2 });
  });

  it('is accepted for no more values of a metric than it names, where it names them', () => {
    const told = (count: number) => {
      const lostOf = ({ device, metrics }: GivenDevice) =>
        metrics.map((metric) => [`${device} ${metric}`, count] as const);
      const values = new Map([...GIVEN.values()].flatMap(lostOf));
      return excuses([full], { explanations: [{ ...lost, records: 9, lost: values }] });
    };
    expect(counts(compare(GIVEN, without(2, 3, 4), told(9)))).toEqual({ ...CLEAN, explained: 3 });
    expect(counts(compare(GIVEN, without(2, 3, 4), told(0)))).toMatchObject({ missing: 3, explained: 0 });
  });

  it('is not accepted without a fault that bears it out', () => {
    expect(counts(compare(GIVEN, without(5, 6), excuses([], { explanations: [lost] })))).toMatchObject({ missing: 2 });
    // An outbox was torn, but this was not in it.
    const other = compare(GIVEN, without(5, 6), excuses([torn], { explanations: [lost] }));
    expect(counts(other)).toMatchObject({ missing: 2, explained: 0 });
    const talk = { ...lost, reason: 'settled_elsewhere' };
    const verdict = compare(GIVEN, without(5, 6), excuses([full], { explanations: [talk] }));
    expect(counts(verdict)).toMatchObject({ missing: 2, explained: 0 });
    expect(verdict.missing.examples[0]).toContain('settled_elsewhere');
  });

  it('is not accepted for other devices or times', () => {
    const device = { ...lost, devices: ['M-2'] };
    expect(counts(compare(GIVEN, without(5, 6), excuses([full], { explanations: [device] })))).toMatchObject({
      missing: 2,
    });
    const time = { ...lost, fromMs: START_MS + 60_000, toMs: START_MS + 61_000 };
    expect(counts(compare(GIVEN, without(5, 6), excuses([full], { explanations: [time] })))).toMatchObject({
      missing: 2,
    });
  });

  it('counts first for what no destruction accounts for', () => {
    const held = new Set([recordKey('M-1', 1, 'fast')]);
    const deaths = [{ edge: 'edge-1', atMs: torn.fromMs + 500, held, left: new Set<string>() }];
    const one = excuses([torn, full], { deaths, explanations: [{ ...lost, records: 1 }] });
    expect(counts(compare(GIVEN, without(0, 1, 5, 6), one))).toEqual({ ...CLEAN, explained: 2, destroyed: 2 });
  });

  it('may be a value that the store refused', () => {
    const rejected = new Set([rejectedKey('M-1', 'voltage_a', 3)]);
    expect(counts(compare(GIVEN, without(5), excuses([], { rejected })))).toEqual({ ...CLEAN, rejected: 1 });
  });
});

describe('a stepped clock', () => {
  const step: LoggedFault = {
    kind: 'clock_step',
    target: 'edge-1',
    fromMs: START_MS + 500,
    toMs: START_MS + 1500,
    offsetMs: 3_600_000,
  };

  it('moves the times of what was read meanwhile', () => {
    const moved = [
      ...without(2, 3, 4),
      row('voltage_a', 2.5, START_MS + 3_601_003, 'conflict'),
      row('current_a', 2.25, START_MS + 3_601_003, 'conflict'),
      row('energy_import', 2, START_MS + 3_601_004, 'conflict'),
    ];
    const verdict = compare(GIVEN, moved, excuses([step]));
    expect(counts(verdict)).toEqual(CLEAN);
    expect(verdict.conflicts).toBe(3);
    expect(counts(compare(GIVEN, moved, excuses()))).toMatchObject({ altered: 3 });
  });
});

describe('a ledger as it is read', () => {
  it('must have no gap in its counters', () => {
    const text = 'metrics\tM-1\tvoltage_a\nanswer\tM-1\t2\t1000\t2.5\n';
    expect(() => givenAnswers(text)).toThrow('out of turn');
  });
});
