import type { FaultKind } from '../plan/fault.ts';
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
  /** When the edge was killed, and no more than that; undefined where its outbox was torn, too, or a link cut answers off. */
  readonly killedMs?: number;
  /** What was taken here and never told anybody may have gone with its outbox. */
  readonly isDestruction: boolean;
}

/** Faults in which the edge is killed. */
const DEADLY: readonly FaultKind[] = ['kill', 'torn_outbox', 'torn_backlog'];

/** The windows that a log of faults opens. */
export function noOnesWindows(faults: readonly LoggedFault[], edges: readonly EdgeLayout[]): NoOnesWindow[] {
  return edges.flatMap((edge) => faults.flatMap((fault) => windowsOf(fault, edge)));
}

function windowsOf(fault: LoggedFault, edge: EdgeLayout): NoOnesWindow[] {
  const { kind, target } = fault;
  const { name } = edge;
  const fromMs = fault.fromMs - BEFORE_KILL_MS;
  const each = (most: number, toMs: number) => windowsOn(edge, { fromMs, toMs, most, isDestruction: false });
  if (DEADLY.includes(kind) && target === name) {
    const { aloneFromMs, toMs } = fault;
    const window = { fromMs, toMs, most: Number.POSITIVE_INFINITY };
    const killed = kind === 'kill' ? { killedMs: fault.fromMs } : {};
    const windows = windowsOn(edge, { ...window, isDestruction: false, ...killed });
    if (aloneFromMs === undefined) return windows;
    return [...windows, ...windowsOn(edge, { ...window, fromMs: aloneFromMs - BEFORE_KILL_MS, isDestruction: true })];
  }
  if (kind === 'freeze' && target === name) return each(CUT_ANSWERS.freeze, fault.toMs + AFTER_MS);
  if ((kind === 'cut' || kind === 'black_hole') && target === LINK.gateway(name)) {
    return each(CUT_ANSWERS[kind], fault.toMs + AFTER_MS);
  }
  return [];
}

/** A window for each bus of an edge. */
function windowsOn({ buses }: EdgeLayout, window: Omit<NoOnesWindow, 'devices'>): NoOnesWindow[] {
  return buses.map(({ devices }) => ({ ...window, devices: new Set(devices.map(({ id }) => id)) }));
}
