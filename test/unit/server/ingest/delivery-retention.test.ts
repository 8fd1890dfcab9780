import type { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { ManualGridClock, ManualProcessClock } from '../../../../edge/platform/clock.ts';
import { silentLogger } from '../../../../edge/platform/log.ts';
import { Metrics } from '../../../../edge/platform/metrics.ts';
import type { Losses } from '../../../../edge/protocol/losses.ts';
import { DeliveryLedger } from '../../../../server/ingest/delivery-ledger.ts';
import { DeliveryRetention, type LedgerLimits } from '../../../../server/ingest/delivery-retention.ts';
import { DeliveryState } from '../../../../server/ingest/delivery-state.ts';
import { FOLD_STEP_ROWS } from '../../../../server/ingest/explanation-fold.ts';
import { IngestMetrics } from '../../../../server/ingest/ingest-metrics.ts';
import { openState } from '../../../../server/state/database.ts';

const NODE = 'east/a';
const DAY_MS = 86_400_000;
const ROOM: LedgerLimits = {
  maxExplanations: 1000,
  maxExplanationBytes: 1e9,
  maxDeviceLosses: 1000,
  maxExplanationAgeMs: 10 * DAY_MS,
  maxEndedRuns: 1000,
};
let database: DatabaseSync;

beforeEach(() => {
  database = openState(':memory:');
});

function ledger(): DeliveryLedger {
  return new DeliveryLedger(new DeliveryState(database), []);
}

function lost(device: string, records: number): Losses {
  return {
    groups: [{ metrics: ['voltage_a', 'current_a'], devices: [[device, records]] }],
    otherRecords: 0,
    otherValues: 0,
  };
}

function give(made: DeliveryLedger, epoch: string, [from, to]: [number, number], nowMs: number, device = 'M-1'): void {
  const losses = lost(device, to - from + 1);
  const times = { fromMs: nowMs - 1000, toMs: nowMs };
  made.tombstone(NODE, {
    epoch,
    range: [from, to],
    reason: 'outbox_full',
    devices: [device],
    records: to - from + 1,
    losses,
    ...times,
  });
  made.save(nowMs);
}

function foldAll(made: DeliveryLedger, limits: Partial<LedgerLimits>, nowMs: number): void {
  while (made.fold(NODE, { ...ROOM, ...limits }, nowMs).hasMore);
}

function counts(made: DeliveryLedger) {
  const { taken, stored, waiting, explained } = made.report(NODE, 0, 0) ?? {};
  return { taken, stored, waiting, explained };
}

const rowsOf = (table: string) => Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n);
const listed = (made: DeliveryLedger) => made.explanations(NODE, { limit: 1000, after: undefined });

describe('explanations beyond a limit are only counted', () => {
  test.each<[string, Partial<LedgerLimits>, number]>([
    ['number: the oldest go', { maxExplanations: 3 }, 5000],
    ['bytes of what they name: the oldest go', { maxExplanationBytes: 400 }, 5000],
    ['age', { maxExplanationAgeMs: 2500 }, 5500],
  ])('%s', (_what, limits, nowMs) => {
    const made = ledger();
    for (const n of [1, 2, 3, 4, 5]) give(made, 'e1', [n * 10, n * 10 + 3], n * 1000);
    foldAll(made, limits, nowMs);
    const { items, total, folded } = listed(made);
    expect(items.map(({ range }) => range[0])).toEqual([50, 40, 30]);
    expect(total).toBe(3);
    const sums = { explanations: 2, records: 8, values: 16, deviceValues: 0 };
    expect(folded).toEqual([{ reason: 'outbox_full', ...sums, fromMs: 0, toMs: 2000 }]);
  });

  test('and the books stay as they were, over restarts, whatever order it happens in', () => {
    const step = fc.oneof(
      fc.record({ epoch: fc.constantFrom('e1', 'e2', 'e3'), from: fc.integer({ min: 1, max: 60 }), more: fc.nat(5) }),
      fc.record({ close: fc.constantFrom('e1', 'e2', 'e3') }),
      fc.record({ keep: fc.nat(4) }),
      fc.constant('restart' as const),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        database = openState(':memory:');
        const plain = openState(':memory:');
        let folding = ledger();
        let keeping = new DeliveryLedger(new DeliveryState(plain), []);
        let nowMs = 0;
        for (const one of steps) {
          nowMs += 1000;
          if (one === 'restart') {
            folding = ledger();
            keeping = new DeliveryLedger(new DeliveryState(plain), []);
          } else if ('keep' in one) {
            foldAll(folding, { maxExplanations: one.keep, maxEndedRuns: one.keep }, nowMs);
          } else if ('close' in one) {
            for (const made of [folding, keeping]) {
              made.close(NODE, one.close, 0);
              made.save(nowMs);
              for (const stream of made.forgettable()) made.forget(stream, nowMs);
            }
          } else {
            for (const made of [folding, keeping]) give(made, one.epoch, [one.from, one.from + one.more], nowMs);
          }
          expect(counts(folding)).toEqual(counts(keeping));
          const [part, whole] = [listed(folding), listed(keeping)];
          const sums = part.folded.reduce((sum, { explanations }) => sum + explanations, part.total);
          expect(sums).toBe(whole.total);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('of a run whose numbers still count the ranges are kept, neighbours as one, until it is forgotten', () => {
    const made = ledger();
    for (const n of [1, 2, 3]) give(made, 'e1', [n * 4 - 3, n * 4], n * 1000);
    foldAll(made, { maxExplanations: 0 }, 4000);
    expect(database.prepare('SELECT from_n, to_n FROM explained_range').all()).toEqual([{ from_n: 1, to_n: 12 }]);
    const again = ledger();
    give(again, 'e1', [1, 12], 5000);
    expect(listed(again).items).toEqual([]);
    again.close(NODE, 'e1', 12);
    again.save(6000);
    for (const stream of again.forgettable()) again.forget(stream, 6000);
    foldAll(again, { maxExplanations: 0 }, 7000);
    expect(rowsOf('explained_range')).toBe(0);
    expect(counts(ledger())).toEqual({ taken: 12, stored: 0, waiting: 0, explained: 12 });
  });
});

describe('losses of devices beyond a limit are counted for the agent', () => {
  test.each<[string, Partial<LedgerLimits>, number]>([
    ['number: those whose last loss is longest ago go', { maxDeviceLosses: 2 }, 5000],
    ['age', { maxExplanationAgeMs: 2500 }, 5500],
  ])('%s', (_what, limits, nowMs) => {
    const made = ledger();
    for (const n of [1, 2, 3, 4]) give(made, 'e1', [n * 10, n * 10 + 3], n * 1000, `M-${n}`);
    foldAll(made, { ...limits, maxExplanations: 1000 }, nowMs);
    expect(made.lostValues('M-2')).toEqual([]);
    expect(made.lostValues('M-4')).toHaveLength(2);
    expect(listed(made).folded[0]?.deviceValues).toBe(16);
  });
});

describe('runs that ended', () => {
  function withRuns(epochs: readonly string[]): DeliveryLedger {
    const made = ledger();
    for (const [index, epoch] of epochs.entries()) {
      give(made, epoch, [1, 4], 1000 * (index + 1));
      made.fence(made.known(NODE, epoch) ?? expect.fail(), 'M-1', 'fast', { afterN: 1, untilMs: 9 });
      made.close(NODE, epoch, 4);
      made.save(1000 * (index + 1));
      for (const stream of made.forgettable()) made.forget(stream, 1000 * (index + 1));
    }
    return made;
  }

  test('are one sum beyond a number, the newest stay; their clock fences go', () => {
    const made = withRuns(['e1', 'e2', 'e3']);
    expect(rowsOf('clock_conflict')).toBe(3);
    foldAll(made, { maxEndedRuns: 1 }, 4000);
    // Explanations of them are listed still.
    expect(rowsOf('delivery_stream')).toBe(3);
    for (const _ of [1, 2]) foldAll(made, { maxEndedRuns: 1, maxExplanations: 1 }, 4000);
    for (const each of [made, ledger()]) {
      expect(counts(each)).toEqual({ taken: 12, stored: 0, waiting: 0, explained: 12 });
      expect(['e1', 'e2', 'e3'].map((epoch) => each.closedLastN(NODE, epoch))).toEqual([undefined, undefined, 4]);
    }
    expect(rowsOf('delivery_stream')).toBe(1);
    expect(rowsOf('clock_conflict')).toBe(0);
    expect([...ledger().nodes()]).toEqual([NODE]);
  });

  test('with a loss keep their ranges, but only the last hundred', () => {
    const made = ledger();
    for (let run = 1; run <= 103; run++) {
      made.stream(NODE, `e${run}`)?.received.restore([[1, 1]]);
      made.close(NODE, `e${run}`, 2);
    }
    made.save(1000);
    expect(made.forgettable().map(({ id }) => id.epoch)).toEqual(['e1', 'e2', 'e3']);
  });
});

test('it is done in steps, as soon as something was explained and each hour, and counted', async () => {
  const processClock = new ManualProcessClock();
  const gridClock = new ManualGridClock(1000);
  const metrics = new Metrics();
  const made = ledger();
  const limits = { ...ROOM, maxExplanations: 5 };
  const deps = { ledger: made, limits, gridClock, processClock, logger: silentLogger() };
  const retention = new DeliveryRetention({ ...deps, metrics: new IngestMetrics(metrics) });
  const rows = FOLD_STEP_ROWS + 100;
  for (let n = 1; n <= rows; n++)
    made.tombstone(NODE, {
      epoch: 'e1',
      range: [2 * n, 2 * n],
      reason: 'too_old',
      records: 1,
      devices: [],
      fromMs: 1,
      toMs: 1,
    });
  made.save(1000);
  retention.step();
  expect(listed(made).total).toBe(rows - FOLD_STEP_ROWS);
  retention.step();
  expect(listed(made).total).toBe(5);
  expect(await metrics.text()).toContain(`ingest_folded_explanations_total{agent="${NODE}"} ${rows - 5}`);

  give(made, 'e1', [9001, 9001], 2000);
  retention.step();
  expect(listed(made).total).toBe(6);
  retention.explained(NODE);
  retention.step();
  expect(listed(made).total).toBe(5);

  gridClock.set(1000 + 20 * DAY_MS);
  processClock.advance(3_600_000);
  retention.step();
  expect(listed(made).total).toBe(0);
});
