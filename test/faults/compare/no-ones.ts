import type { LoggedFault } from '../plan/fault-log.ts';
import { type EdgeLayout, LINK } from '../system/layout.ts';

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

/** The windows that a log of faults opens. */
export function noOnesWindows(faults: readonly LoggedFault[], edges: readonly EdgeLayout[]): NoOnesWindow[] {
  return edges.flatMap((edge) => faults.flatMap((fault) => windowsOf(fault, edge)));
}

function windowsOf(fault: LoggedFault, { name, buses }: EdgeLayout): NoOnesWindow[] {
  const { kind, target } = fault;
  const fromMs = fault.fromMs - BEFORE_KILL_MS;
  const each = (most: number, toMs: number, killedMs?: number) =>
    buses.map(({ devices }) => {
      const window = { devices: new Set(devices.map(({ id }) => id)), fromMs, toMs, most };
      return killedMs === undefined ? window : { ...window, killedMs };
    });
  if ((kind === 'kill' || kind === 'torn_outbox') && target === name) {
    return each(Number.POSITIVE_INFINITY, fault.toMs, fault.fromMs);
  }
  if (kind === 'freeze' && target === name) return each(CUT_ANSWERS.freeze, fault.toMs + AFTER_MS);
  if ((kind === 'cut' || kind === 'black_hole') && target === LINK.gateway(name)) {
    return each(CUT_ANSWERS[kind], fault.toMs + AFTER_MS);
  }
  return [];
}
