import { beforeStalls, type Stall } from '../evidence/stall-watch.ts';
import type { FaultKind } from '../plan/fault.ts';
import type { LoggedFault } from '../plan/fault-log.ts';
import { type EdgeLayout, LINK } from '../system/layout.ts';
import type { AbsentRecord } from './absent-records.ts';

/** Answers given out this long before an edge is killed may not have been written down by it yet. */
export const BEFORE_KILL_MS = 200;
/** How much later than a recorded moment an answer may go out that was asked for before it. */
const AFTER_MS = 250;
/** A link that swallows requests for a while may cut off the answer under way at its begin, and one more at its end. */
const CUT_ANSWERS = { freeze: 1, cut: 1, black_hole: 2 } as const;

/**
 * Where answers are no one's: they left the device, and the edge was killed before it could write them down, or the link
 * cut them off. Bounded in time, and, because one request at a time is under way on a bus, in number.
 */
export interface NoOnesWindow {
  readonly devices: ReadonlySet<string>;
  readonly fromMs: number;
  readonly toMs: number;
  /** Most answers that may be lost here. */
  readonly most: number;
  /** When the edge was killed; undefined where a link cut answers off. */
  readonly killedMs?: number;
}

/** Faults in which the edge is killed. */
const DEADLY: readonly FaultKind[] = ['kill', 'torn_outbox', 'torn_backlog'];

/** The windows that a log of faults opens; while the machine stalls no edge can write anything down. */
export function noOnesWindows(
  faults: readonly LoggedFault[],
  edges: readonly EdgeLayout[],
  stalls: readonly Stall[] = [],
): NoOnesWindow[] {
  return edges.flatMap((edge) => faults.flatMap((fault) => windowsOf(fault, edge, stalls)));
}

function windowsOf({ kind, target, fromMs, toMs }: LoggedFault, edge: EdgeLayout, stalls: readonly Stall[]) {
  const { name } = edge;
  const beforeMs = beforeStalls(fromMs, BEFORE_KILL_MS, stalls);
  if (DEADLY.includes(kind) && target === name) {
    return windowsOn(edge, { fromMs: beforeMs, toMs, most: Number.POSITIVE_INFINITY, killedMs: fromMs });
  }
  const each = (most: number) => windowsOn(edge, { fromMs: beforeMs, toMs: toMs + AFTER_MS, most });
  if (kind === 'freeze' && target === name) return each(CUT_ANSWERS.freeze);
  if ((kind === 'cut' || kind === 'black_hole') && target === LINK.gateway(name)) return each(CUT_ANSWERS[kind]);
  return [];
}

/** A window for each bus of an edge. */
function windowsOn({ buses }: EdgeLayout, window: Omit<NoOnesWindow, 'devices'>): NoOnesWindow[] {
  return buses.map(({ devices }) => ({ ...window, devices: new Set(devices.map(({ id }) => id)) }));
}

/** Windows that are used up by the answers that were lost in them. */
export class Windows {
  readonly #open: { readonly window: NoOnesWindow; readonly answers: Set<string> }[];
  oldestBeforeKillMs = 0;

  constructor(windows: readonly NoOnesWindow[]) {
    this.#open = [...windows].sort((a, b) => a.toMs - b.toMs).map((window) => ({ window, answers: new Set() }));
  }

  /** The two records of one answer count once. */
  cover({ device, counter, givenMs }: AbsentRecord): boolean {
    const answer = `${device} ${counter}`;
    const fitting = this.#open.filter(
      ({ window: { fromMs, toMs, devices } }) => givenMs >= fromMs && givenMs <= toMs && devices.has(device),
    );
    const chosen =
      fitting.find(({ answers }) => answers.has(answer)) ??
      fitting.find(({ answers, window }) => answers.size < window.most);
    if (!chosen) return false;
    chosen.answers.add(answer);
    const { killedMs } = chosen.window;
    if (killedMs !== undefined) this.oldestBeforeKillMs = Math.max(this.oldestBeforeKillMs, killedMs - givenMs);
    return true;
  }
}
