import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FAULT_KINDS, type Stage } from '../../../faults/plan/fault.ts';
import { laneOf, planFaults } from '../../../faults/plan/plan.ts';
import { SHORT_PROFILE } from '../../../faults/run/profile.ts';

const STAGE: Stage = {
  processes: ['edge-1', 'edge-2', 'server', 'broker'],
  links: ['edge-1 to the broker', 'server to the store'],
  others: { disk_full: ['edge-1'], clock_step: ['edge-2'], store_busy: ['store'] },
};

function plan(seed: number, kills = 12, others = 16) {
  return planFaults({ ...SHORT_PROFILE, seed, kills, others, stage: STAGE, kinds: FAULT_KINDS });
}

describe('a plan of faults', () => {
  it('is a function of its seed', () => {
    expect(plan(7)).toEqual(plan(7));
    expect(plan(8)).not.toEqual(plan(7));
  });

  it('has as many kills as asked for, shared by all processes', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 4, max: 60 }), (seed, kills) => {
        const killed = plan(seed, kills)
          .filter(({ kind }) => kind === 'kill')
          .map(({ target }) => target);
        expect(killed).toHaveLength(kills);
        for (const process of STAGE.processes) {
          const own = killed.filter((target) => target === process).length;
          expect(Math.abs(own - kills / STAGE.processes.length)).toBeLessThan(1);
        }
      }),
    );
  });

  it('uses every other fault once before it uses one again', () => {
    // 4 freezes, 2 links cut and black-holed, and three of the others.
    const kinds = plan(3, 0, 11).map(({ kind, target }) => `${kind} ${target}`);
    expect(new Set(kinds).size).toBe(11);
  });

  it('never lets two faults of one lane overlap', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const byLane = Map.groupBy(plan(seed, 40, 40), ({ kind, target }) => laneOf(kind, target));
        for (const faults of byLane.values()) {
          for (const [index, { atMs }] of faults.entries()) {
            const before = faults[index - 1];
            if (before) expect(atMs).toBeGreaterThan(before.atMs + before.forMs);
          }
        }
      }),
    );
  });

  it('keeps durations within their spans and the order of time', () => {
    const faults = plan(5, 30, 30);
    for (const { kind, forMs } of faults) {
      const [shortestMs, longestMs] = SHORT_PROFILE.spans[kind];
      expect(forMs).toBeGreaterThanOrEqual(Math.floor(shortestMs));
      expect(forMs).toBeLessThanOrEqual(longestMs);
    }
    expect(faults.map(({ atMs }) => atMs)).toEqual(faults.map(({ atMs }) => atMs).sort((a, b) => a - b));
  });

  it('plays only the kinds asked for, beside the kills', () => {
    const faults = planFaults({ ...SHORT_PROFILE, seed: 1, kills: 2, others: 6, stage: STAGE, kinds: ['disk_full'] });
    expect(new Set(faults.map(({ kind }) => kind))).toEqual(new Set(['kill', 'disk_full']));
  });
});
