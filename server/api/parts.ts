import type { DatabaseSync } from 'node:sqlite';
import type { GridClock } from '../../edge/platform/clock.ts';
import { GridwardenError } from '../../edge/platform/errors.ts';
import type { Metrics } from '../../edge/platform/metrics.ts';
import type { AuditLog } from '../access/audit-log.ts';
import type { Alarms } from '../alarms/alarm-options.ts';
import type { AlertService } from '../alarms/alert-service.ts';
import type { HealthReport, SparkplugHost } from '../ingest/host.ts';
import type { GridRegistry } from '../registry/registry.ts';
import type { DirtyDayTable } from '../state/dirty-days.ts';
import type { TelemetryStore } from '../store/telemetry-store.ts';
import type { BackupRuns } from '../transfer/backup-runs.ts';
import type { ExportRuns } from '../transfer/readings/export-runs.ts';
import type { ImportRuns } from '../transfer/readings/import-runs.ts';

/** What the server is made of, one after the other as it starts. */
export interface Parts {
  /** The state file. */
  database: DatabaseSync;
  /** The grid: who is supplied by what. */
  registry: GridRegistry;
  host: SparkplugHost;
  store: TelemetryStore;
  alerts: AlertService;
  /** What people do to alerts. */
  alarms: Pick<Alarms, 'acknowledge'>;
  audit: AuditLog;
  backups: Pick<BackupRuns, 'start' | 'list' | 'find'>;
  /** Days of devices that have to be computed anew. */
  dirtyDays: DirtyDayTable;
  exports: Pick<ExportRuns, 'start' | 'list' | 'find'>;
  imports: Pick<ImportRuns, 'start' | 'list' | 'find' | 'checkFree' | 'folder'>;
}

/** The parts as routes see them: the API answers before all of them are there. */
export class PartRegister {
  readonly #parts: Partial<Parts> = {};
  readonly #waiting = new Map<keyof Parts, string>();

  /** Puts a part in its place. */
  provide<K extends keyof Parts>(name: K, part: Parts[K]): void {
    this.#parts[name] = part;
    this.#waiting.delete(name);
  }

  /** Takes a part away, because it stops. */
  withdraw(name: keyof Parts, reason: string): void {
    delete this.#parts[name];
    this.#waiting.set(name, reason);
  }

  /** Says what a part waits for. */
  waitsFor(name: keyof Parts, reason: string): void {
    this.#waiting.set(name, reason);
  }

  find<K extends keyof Parts>(name: K): Parts[K] | undefined {
    return this.#parts[name];
  }

  /** @throws GridwardenError STARTING with what it waits for */
  get<K extends keyof Parts>(name: K): Parts[K] {
    const part = this.find(name);
    if (part === undefined) throw new GridwardenError('STARTING', `The server is not ready: ${this.reasonFor(name)}`);
    return part;
  }

  /** Why a part is not there yet. */
  reasonFor(name: keyof Parts): string {
    return this.#waiting.get(name) ?? 'starting';
  }
}

/** Health of what the server stands on. */
export type HealthChecks = Readonly<Record<'broker' | 'store' | 'state', HealthReport>>;

/** What every route may use. */
export interface ApiContext {
  readonly parts: PartRegister;
  readonly gridClock: GridClock;
  readonly metrics: Metrics;
  readonly settings: {
    readonly host: string;
    readonly timeZone: string;
    readonly simulated: boolean;
  };
  health(): Promise<HealthChecks>;
}
