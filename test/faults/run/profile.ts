import { FAULT_KINDS, type FaultKind, type PlannedFault, type Span, type Stage } from '../plan/fault.ts';
import { planFaults } from '../plan/plan.ts';
import type { Size } from '../system/layout.ts';

/** How hard and how long a system is tried. */
export interface Profile {
  readonly durationMs: number;
  readonly kills: number;
  /** Faults of other kinds. */
  readonly others: number;
  readonly size: Size;
  readonly spans: Readonly<Record<FaultKind, Span>>;
  /** How long the end may take until nothing waits. */
  readonly quietTimeoutMs: number;
}

const SHORT_SPANS: Profile['spans'] = {
  kill: [50, 1500],
  freeze: [200, 2500],
  cut: [1, 1500],
  black_hole: [200, 3500],
  torn_outbox: [50, 500],
  torn_backlog: [1000, 3000],
  disk_full: [1000, 4000],
  clock_step: [1500, 4000],
  store_busy: [300, 2500],
  store_down: [300, 2500],
  line_refused: [100, 500],
};

const LONG_SPANS: Profile['spans'] = {
  ...SHORT_SPANS,
  kill: [50, 10_000],
  freeze: [500, 30_000],
  cut: [1, 10_000],
  black_hole: [500, 45_000],
  torn_backlog: [2000, 20_000],
  disk_full: [2000, 20_000],
  clock_step: [2000, 20_000],
  store_busy: [500, 10_000],
  store_down: [500, 10_000],
};

/** Dense enough for `npm test`: at least ten kills in less than a minute. */
export const SHORT_PROFILE: Profile = {
  durationMs: 40_000,
  kills: 12,
  others: 26,
  size: { edges: 2, busesPerEdge: 6, devicesPerBus: 1, fast: '250ms', registers: '1s' },
  spans: SHORT_SPANS,
  quietTimeoutMs: 40_000,
};

export const LONG_PROFILE: Profile = {
  durationMs: 10 * 60_000,
  kills: 100,
  others: 120,
  size: { edges: 3, busesPerEdge: 8, devicesPerBus: 1, fast: '500ms', registers: '2s' },
  spans: LONG_SPANS,
  quietTimeoutMs: 180_000,
};

/** What of a system is broken; all of it, in every way, without this. */
export interface Narrowing {
  /** Kinds of faults beside kills. */
  readonly kinds?: readonly FaultKind[];
}

/** A profile with its seeded plan, as settings of a run. */
export function settingsOf(profile: Profile, seed: number, { kinds = FAULT_KINDS }: Narrowing = {}) {
  const { size, durationMs, quietTimeoutMs } = profile;
  const plan = (stage: Stage): PlannedFault[] => planFaults({ ...profile, seed, kinds, stage });
  return { size, durationMs, quietTimeoutMs, plan };
}
