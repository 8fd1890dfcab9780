import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { GridClock, ProcessClock } from '../../edge/platform/clock.ts';
import type { Logger } from '../../edge/platform/log.ts';
import type { Metrics } from '../../edge/platform/metrics.ts';
import type { AlertService } from '../alarms/alert-service.ts';
import type { HealthReport, SparkplugHost } from '../ingest/host.ts';
import type { LiveState } from './live-state.ts';

/** What bounds one server's live stream. What is beyond is refused with a reason and counted. */
export interface LiveLimits {
  readonly maxClients: number;
  readonly maxSubscriptionsPerClient: number;
  /** Series of one subscription; more is refused: a page asks for what it shows. */
  readonly maxSeriesPerSubscription: number;
  /** Longest message of a client. */
  readonly maxMessageBytes: number;
  /** Messages a client may send in a second. */
  readonly maxMessagesPerSecond: number;
  /** Messages that were not understood, before the connection is closed. */
  readonly maxBadMessages: number;
  /** Points of one message; the rest comes with the next. */
  readonly maxPointsPerFrame: number;
  /** Rows, alerts or events of one message. */
  readonly maxRowsPerMessage: number;
  /** Unacknowledged `snapshot` and `points` messages. */
  readonly window: number;
  /** What the process holds of a client's unsent messages; nothing more is written above it. */
  readonly maxBufferedBytes: number;
  readonly heartbeatMs: number;
  /** A client that does not answer a ping for this long is cut off. */
  readonly deadAfterMs: number;
}

export const LIVE_LIMITS: LiveLimits = {
  maxClients: 500,
  maxSubscriptionsPerClient: 32,
  maxSeriesPerSubscription: 100_000,
  maxMessageBytes: 1024 * 1024,
  maxMessagesPerSecond: 400,
  maxBadMessages: 5,
  maxPointsPerFrame: 5_000,
  maxRowsPerMessage: 2_000,
  window: 8,
  maxBufferedBytes: 1024 * 1024,
  heartbeatMs: 2_000,
  deadAfterMs: 30_000,
};

type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Where requests to upgrade come from: an HTTP server, or what stands in front of one. */
export interface UpgradeSource {
  on(event: 'upgrade', listener: UpgradeListener): unknown;
  off(event: 'upgrade', listener: UpgradeListener): unknown;
}

export interface LiveHubOptions {
  /** Its `upgrade` event becomes the hub's: any other path is answered with 404. */
  readonly server: UpgradeSource;
  readonly state: LiveState;
  readonly host: Pick<SparkplugHost, 'broker' | 'onBackfill'>;
  readonly alerts: AlertService;
  /** Asked with each heartbeat, one question at a time; a rejection counts as not ok. */
  readonly storeHealth: () => Promise<HealthReport>;
  readonly gridClock: GridClock;
  readonly processClock: ProcessClock;
  readonly settings: { readonly timeZone: string; readonly simulated: boolean };
  /** Whether a page from `origin` (absent for what is no browser) may connect under the name `host`. */
  readonly isAllowedOrigin: (origin: string | undefined, host: string | undefined) => boolean;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Changes with each start of the server; random without it. */
  readonly serverEpoch?: string;
  readonly limits?: Partial<LiveLimits>;
}
