import type { GridClock, ProcessClock } from '../../edge/platform/clock.ts';
import type { Logger } from '../../edge/platform/log.ts';
import type { LiveState } from '../live/live-state.ts';
import type { TelemetryStore } from '../store/telemetry-store.ts';
import type { AckSender } from './ack-sender.ts';
import type { DeliveryLedger } from './delivery-ledger.ts';
import type { IngestLimits } from './deps.ts';
import type { Directory } from './directory.ts';
import type { IngestMetrics } from './ingest-metrics.ts';
import type { Problems } from './problems.ts';
import type { Quarantine } from './quarantine.ts';
import type { RebirthRequests } from './rebirth-requests.ts';
import type { Registry } from './registry.ts';
import type { WaitingPoints } from './waiting-points.ts';

/** What the parts of the host application share. */
export interface IngestContext {
  readonly state: LiveState;
  readonly store: TelemetryStore;
  readonly gridClock: GridClock;
  readonly processClock: ProcessClock;
  readonly logger: Logger;
  readonly limits: IngestLimits;
  readonly metrics: IngestMetrics;
  readonly problems: Problems;
  readonly quarantine: Quarantine;
  readonly directory: Directory;
  readonly ledger: DeliveryLedger;
  readonly waiting: WaitingPoints;
  readonly registry: Registry;
  readonly rebirths: RebirthRequests;
  readonly acks: AckSender;
  /** Points were added to what waits. */
  wake(): void;
}

/** Times further ahead of the host than this are not believed. */
export const MAX_AHEAD_MS = 5 * 60_000;
