import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { ManualGridClock, ManualProcessClock } from '../../../edge/platform/clock.ts';
import { createLogger } from '../../../edge/platform/log.ts';
import { Metrics } from '../../../edge/platform/metrics.ts';
import { openState } from '../../../server/state/database.ts';
import { openTelemetryStore } from '../../../server/store/open.ts';
import type { TelemetryStore } from '../../../server/store/telemetry-store.ts';

export interface InfluxAddress {
  readonly url: string;
  readonly org: string;
  readonly bucket: string;
  readonly token: string;
  readonly longBucket?: string;
}

/** A place for a store in InfluxDB: state file, rejects, and what it logs; stores on it come and go. */
export class InfluxPlace {
  readonly folder = mkdtempSync(join(tmpdir(), 'gridwarden-influx-'));
  readonly rejects = join(this.folder, 'rejects');
  readonly processClock = new ManualProcessClock();
  readonly gridClock = new ManualGridClock(Date.UTC(2026, 2, 10, 12));
  readonly log: { readonly level: number; readonly msg: string }[] = [];
  database: DatabaseSync = openState(join(this.folder, 'state.sqlite'));
  metrics = new Metrics();

  open(address: InfluxAddress): Promise<TelemetryStore> {
    const log = this.log;
    const sink = { write: (line: string) => log.push(JSON.parse(line)) > 0 } as unknown as NodeJS.WritableStream;
    this.metrics = new Metrics();
    return openTelemetryStore(
      {
        store: { influxdb: { ...address, timeout: '5s', rejects: this.rejects } },
        retention: { fast: '30d', registers: '3650d' },
      },
      { ...this, logger: createLogger('test', 'info', sink) },
    );
  }

  remove(): void {
    this.database.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
