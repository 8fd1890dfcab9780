import type { PlannedFault } from '../plan/fault.ts';
import { LINK, type Pairing } from '../system/layout.ts';
import { type RunResult, runPairing } from './run-pairing.ts';

/** One edge with a thousand devices behind twenty gateways. */
const SIZE = { edges: 1, busesPerEdge: 20, devicesPerBus: 50, fast: '1s', registers: '15m', hasRoom: true } as const;
const EDGE = 'edge-1';
/** The edge reads in peace for this long before it loses its broker. */
const BEFORE_MS = 5000;
/** While the backlog drains, broker and server are killed. */
const KILLS_AFTER_MS = [2000, 6000, 9000] as const;
const QUIET_TIMEOUT_MS = 20 * 60_000;

export interface BacklogSettings {
  readonly pairing: Pairing;
  /** How long the edge has no broker. An hour of reads every 10 s is as much as 6 minutes of reads every second. */
  readonly cutMs: number;
  readonly folder: string;
  readonly say: (line: string) => void;
}

/** The backlog of a thousand devices: an edge without broker, then with one that is killed while the backlog drains. */
export function runBacklog({ pairing, cutMs, folder, say }: BacklogSettings): Promise<RunResult> {
  const cut: PlannedFault = { atMs: BEFORE_MS, kind: 'cut', target: LINK.broker(EDGE), forMs: cutMs, choice: 0 };
  const healedMs = BEFORE_MS + cutMs;
  return runPairing({
    pairing,
    size: SIZE,
    durationMs: healedMs + Math.max(...KILLS_AFTER_MS),
    quietTimeoutMs: QUIET_TIMEOUT_MS,
    plan: ({ processes }) => {
      const killed = processes.filter((name) => name !== EDGE);
      const kills = KILLS_AFTER_MS.map((afterMs, index): PlannedFault => {
        const target = killed[index % killed.length] ?? 'server';
        return { atMs: healedMs + afterMs, kind: 'kill', target, forMs: 500, choice: 0 };
      });
      return [cut, ...kills];
    },
    folder,
    say,
  });
}
