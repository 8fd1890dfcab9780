import type { EdgeClock } from '../clock-generation.ts';
import type { BusReport } from '../modbus/report.ts';
import type { SessionStatus } from '../node/session.ts';
import type { StartedNode } from '../node/start-node.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { ProcessClock } from '../platform/clock.ts';
import type { ConfigState } from '../reload/reload.ts';
import { oldestWaitingMs } from './oldest-waiting.ts';

/** Says what a document is and how it is to be read; another layout has another number. */
export const STATUS_FORMAT = 'gridwarden-edge-status/1';

/** What a running edge tells of itself. Times are UTC in ms, those of readings and buses by the edge's clock. */
export interface EdgeStatus {
  readonly format: typeof STATUS_FORMAT;
  readonly group: string;
  readonly node: string;
  readonly version: string;
  readonly pid: number;
  readonly startedMs: number;
  /** The machine's own time; it is the edge's but in a simulation. */
  readonly wallMs: number;
  readonly clock: { readonly nowMs: number; readonly generation: number; readonly speed: number };
  readonly configuration: ConfigState;
  readonly session: SessionStatus;
  readonly outbox: OutboxStatus;
  readonly buses: readonly BusReport[];
}

export interface OutboxStatus {
  readonly path: string;
  /** Records that the host has not acknowledged, and those of them that are in memory only. */
  readonly waiting: number;
  readonly unprotected: number;
  readonly bytes: number;
  readonly maxBytes: number;
  /** When the oldest record that waits was read. */
  readonly oldestMs?: number;
}

/** Where the figures come from. */
export interface StatusSources extends Pick<EdgeStatus, 'group' | 'node' | 'version' | 'pid' | 'startedMs'> {
  readonly clock: EdgeClock;
  readonly processClock: ProcessClock;
  readonly wallMs: () => number;
  readonly configuration: () => ConfigState;
  readonly started: Pick<StartedNode, 'session' | 'delivery'>;
  readonly outbox: Outbox;
  readonly outboxFile: { readonly path: string; readonly maxBytes: number };
  readonly buses: () => readonly BusReport[];
}

export async function statusOf(sources: StatusSources): Promise<EdgeStatus> {
  const { group, node, version, pid, startedMs, clock, started, outbox, outboxFile } = sources;
  const { session, delivery } = started;
  const oldestMs = await oldestWaitingMs(delivery, outbox);
  return {
    format: STATUS_FORMAT,
    group,
    node,
    version,
    pid,
    startedMs,
    wallMs: sources.wallMs(),
    clock: { nowMs: clock.nowMs(), generation: clock.generation, speed: clock.speed },
    configuration: sources.configuration(),
    session: session.status,
    outbox: {
      ...outboxFile,
      ...outbox.stats(),
      waiting: delivery.waiting,
      ...(oldestMs === undefined ? {} : { oldestMs }),
    },
    buses: sources.buses(),
  };
}

/** A text of a status document; undefined when it is not one that this version reads. */
export function readStatus(text: string): EdgeStatus | undefined {
  const value: unknown = JSON.parse(text);
  return isStatus(value) ? value : undefined;
}

function isStatus(value: unknown): value is EdgeStatus {
  return typeof value === 'object' && value !== null && 'format' in value && value.format === STATUS_FORMAT;
}
