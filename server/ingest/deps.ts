import type { DatabaseSync } from 'node:sqlite';
import type { GridClock, ProcessClock, Random } from '../../edge/platform/clock.ts';
import type { BrokerClientConfig } from '../../edge/platform/common-config.ts';
import type { Logger } from '../../edge/platform/log.ts';
import type { Metrics } from '../../edge/platform/metrics.ts';
import type { HostClient } from '../broker/broker.ts';
import type { ServerConfig } from '../config.ts';
import type { LiveState } from '../live/live-state.ts';
import type { TelemetryStore } from '../store/telemetry-store.ts';

/** Bounds of the host application; each has a default, tests and large districts set their own. */
export interface IngestLimits {
  /** Points that may wait for the store; above 80 % no more backlog is asked for, at 100 % nothing more is taken over. */
  readonly maxWaitingPoints: number;
  /** Points of one commit. */
  readonly maxBatchPoints: number;
  readonly commitIntervalMs: number;
  /** Shortest time between two acknowledgements of one epoch. */
  readonly ackIntervalMs: number;
  /** Payloads above are set aside unread. */
  readonly maxPayloadBytes: number;
  readonly maxNodes: number;
  readonly maxDevices: number;
  readonly maxMetricsPerDevice: number;
  /** Messages of one node that wait for an earlier one. */
  readonly maxReorder: number;
  /** Shortest time between two requests for a rebirth of one node; doubles while they stay without effect. */
  readonly rebirthIntervalMs: number;
  readonly maxRebirthsPerSecond: number;
  /** Bytes of what is set aside on disk. */
  readonly maxQuarantineBytes: number;
  /** Explanations, of one node, that are kept one by one, and the bytes of what they name. */
  readonly maxExplanations: number;
  readonly maxExplanationBytes: number;
  /** Of one node: what devices lost, by reason and set of metrics. */
  readonly maxDeviceLosses: number;
  /** Runs of one node that ended and are kept one by one. */
  readonly maxEndedRuns: number;
}

export const DEFAULT_LIMITS: IngestLimits = {
  maxWaitingPoints: 2_000_000,
  maxBatchPoints: 65_536,
  commitIntervalMs: 100,
  ackIntervalMs: 200,
  maxPayloadBytes: 4 * 2 ** 20,
  maxNodes: 10_000,
  maxDevices: 200_000,
  maxMetricsPerDevice: 10_000,
  maxReorder: 200,
  rebirthIntervalMs: 5_000,
  maxRebirthsPerSecond: 50,
  maxQuarantineBytes: 32 * 2 ** 20,
  maxExplanations: 10_000,
  maxExplanationBytes: 32 * 2 ** 20,
  maxDeviceLosses: 50_000,
  maxEndedRuns: 1000,
};

/** What the composition root gives the Sparkplug host application. */
export interface HostDeps {
  readonly config: Pick<ServerConfig, 'host' | 'reorderTimeout' | 'retention'>;
  /**
   * Every broker of the list is connected to: agents walk from one to the next. The embedded broker hands its messages
   * over within the process.
   */
  readonly broker: BrokerClientConfig & Partial<Pick<HostClient, 'direct'>>;
  /** Folder for what could not be understood, beside the state. */
  readonly quarantineFolder: string;
  readonly state: LiveState;
  readonly store: TelemetryStore;
  readonly database: DatabaseSync;
  readonly gridClock: GridClock;
  readonly processClock: ProcessClock;
  readonly random: Random;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly limits?: Partial<IngestLimits>;
}
