import type { DatabaseSync } from 'node:sqlite';
import type { GridClock, ProcessClock } from '../../edge/platform/clock.ts';
import type { Logger } from '../../edge/platform/log.ts';
import type { Metrics } from '../../edge/platform/metrics.ts';
import type { Service } from '../../edge/platform/process.ts';
import type { HealthReport } from '../ingest/host.ts';
import type { LiveState } from '../live/live-state.ts';
import type { Alert } from '../live/protocol.ts';
import type { AlertService } from './alert-service.ts';

export interface AlarmOptions {
  /** rules.yaml; the built-in rules alone without it. */
  readonly rulesFile?: string;
  readonly database: DatabaseSync;
  readonly state: LiveState;
  /** Whether the server hears its broker: while it does not, no agent is blamed for being silent. */
  readonly broker: () => HealthReport;
  readonly gridClock: GridClock;
  readonly processClock: ProcessClock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Names this run in the positions of the event log; random without it. */
  readonly epoch?: string;
}

export interface Alarms extends AlertService, Service {
  /**
   * A person has seen the alert. Returns it as it is then; on an alert that is acknowledged already, nothing happens.
   * @throws GridwardenError NOT_FOUND, OVERLOADED while the state file cannot be written
   */
  acknowledge(id: string, actor: string, reason?: string): Alert;
}
