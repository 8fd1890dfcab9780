import { type Random, seededRandom } from '../../../edge/platform/clock.ts';
import type { FaultKind, PlannedFault, Span, Stage, Target } from './fault.ts';

export interface PlanSettings {
  readonly seed: number;
  readonly durationMs: number;
  /** Kills, all processes together; each process gets its share. */
  readonly kills: number;
  /** Faults of every other kind, together. */
  readonly others: number;
  /** Kinds that may be among the others. */
  readonly kinds: readonly FaultKind[];
  readonly stage: Stage;
  readonly spans: Readonly<Record<FaultKind, Span>>;
}

/** A process that has just come back is left alone at least this long, at most this long. */
const PAUSE_MS: Span = [100, 3000];

interface Choice {
  readonly kind: FaultKind;
  readonly target: Target;
}

/**
 * A seeded plan: the same settings give the same plan. Kills and other faults are spread over the whole time, each at a
 * random moment of its share; targets take turns in random order, so that none is left out. Faults of one target follow
 * each other, those of different targets overlap.
 */
export function planFaults(settings: PlanSettings): PlannedFault[] {
  const { seed, stage } = settings;
  const random = seededRandom(seed);
  const kills = stage.processes.map((target): Choice => ({ kind: 'kill', target }));
  const wanted = [
    ...spread(random, settings.kills, settings.durationMs, kills),
    ...spread(
      random,
      settings.others,
      settings.durationMs,
      otherChoices(stage).filter(({ kind }) => settings.kinds.includes(kind)),
    ),
  ];
  wanted.sort((a, b) => a.atMs - b.atMs);
  return inTurn(random, wanted, settings.spans).sort((a, b) => a.atMs - b.atMs);
}

/** Makes the moment of a backup independent of the plan: with and without a backup a seed gives the same plan. */
const BACKUP_STREAM = 0x5bac;

/** When a backup is begun: at a seeded moment in the middle of the faults, ms from their start. */
export function backupMoment(seed: number, durationMs: number): number {
  return Math.floor(durationMs * (0.35 + 0.3 * seededRandom(seed ^ BACKUP_STREAM)()));
}

function otherChoices({ processes, links, others }: Stage): Choice[] {
  return [
    ...processes.map((target): Choice => ({ kind: 'freeze', target })),
    ...links.flatMap((target): Choice[] => [
      { kind: 'cut', target },
      { kind: 'black_hole', target },
    ]),
    ...Object.entries(others).flatMap(([kind, targets]) =>
      targets.map((target): Choice => ({ kind: kind as FaultKind, target })),
    ),
  ];
}

type Placed = Choice & { readonly atMs: number };

/** `count` choices, one in each share of the time; all of them are used before one is used again. */
function spread(random: Random, count: number, durationMs: number, choices: readonly Choice[]): Placed[] {
  const placed: Placed[] = [];
  let order: Choice[] = [];
  for (let i = 0; i < count; i++) {
    if (order.length === 0) order = shuffled(random, choices);
    const choice = order.pop();
    if (choice) placed.push({ ...choice, atMs: Math.floor(((i + random()) / count) * durationMs) });
  }
  return placed;
}

function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const order = items.map((item) => ({ item, key: random() }));
  return order.sort((a, b) => a.key - b.key).map(({ item }) => item);
}

/** Gives each fault its duration, and lets those of one target wait for each other. */
function inTurn(random: Random, wanted: readonly Placed[], spans: PlanSettings['spans']): PlannedFault[] {
  const freeAtMs = new Map<string, number>();
  return wanted.map(({ atMs: wishedMs, kind, target }) => {
    const lane = laneOf(kind, target);
    const atMs = Math.max(wishedMs, freeAtMs.get(lane) ?? 0);
    const forMs = drawn(random, spans[kind]);
    freeAtMs.set(lane, atMs + forMs + drawn(random, PAUSE_MS));
    return { atMs, kind, target, forMs, choice: random() };
  });
}

/** Faults on one lane exclude each other: a process that is down cannot be frozen, its clock may step all the same. */
export function laneOf(kind: FaultKind, target: Target): string {
  switch (kind) {
    case 'clock_step':
      return `clock of ${target}`;
    case 'store_busy':
    case 'store_down':
    case 'line_refused':
      return `answers of ${target}`;
    default:
      return target;
  }
}

/** One duration in so many is the longest of its span: what only happens then is tried, too. */
const LONGEST_ONE_IN = 8;

function drawn(random: Random, [shortestMs, longestMs]: Span): number {
  if (random() * LONGEST_ONE_IN < 1) return longestMs;
  return Math.round(shortestMs * (longestMs / shortestMs) ** random());
}
