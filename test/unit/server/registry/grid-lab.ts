import { ManualGridClock } from '../../../../edge/platform/clock.ts';
import { exportFiles } from '../../../../server/registry/export-files.ts';
import { type GridFile, type GridImport, importGrid } from '../../../../server/registry/import-grid.ts';
import { GridRegistry } from '../../../../server/registry/registry.ts';
import { openState } from '../../../../server/state/database.ts';
import { dirtyDays } from '../../../support/dirty-days.ts';

export const ZONE = 'Asia/Shanghai';
export const NOW_MS = Date.UTC(2026, 6, 1);
export const AREAS = 'id,name,feeder\nA-1,幸福路,F-1\n';
export const TRANSFORMERS =
  'id,area,ratedKva,ratedVoltageV,noLoadLossW,loadLossW,connection\nT-1,A-1,400,400,570,4300,Dyn11\n';
export const METER_HEAD = 'id,area,role,phase,accuracyClass,multiplier,validFrom,validTo\n';
export const METERS = `${METER_HEAD}G-1,A-1,gateway,abc,0.5S,60,2026-01-01,\nM-1,A-1,customer,a,1,1,2026-01-01,\n`;

/** A registry on a state in memory, with a clock that is told. */
export class GridLab {
  readonly database = openState(':memory:');
  readonly clock = new ManualGridClock(NOW_MS);
  readonly dirty = dirtyDays(this.database, this.clock);
  registry = new GridRegistry(this.database, this.clock, this.dirty);

  /** Imports texts by file name; the clock goes on by a second. */
  import(files: Readonly<Record<string, string>>, options: Partial<GridImport> = {}) {
    this.clock.advance(1000);
    const list = Object.entries(files).map(([name, text]) => ({ name, text }));
    return this.take(list, options);
  }

  take(files: readonly GridFile[], options: Partial<GridImport> = {}) {
    const base = { timeZone: ZONE, dryRun: false, correction: false, actor: 'ann' };
    return importGrid(this.registry, { ...base, files, ...options });
  }

  export(yaml = false, knownMs?: number) {
    return exportFiles(this.registry.knowledge(knownMs), { timeZone: ZONE, yaml });
  }

  /** As after a restart: nothing but the state is left. */
  reopen(): void {
    this.registry = new GridRegistry(this.database, this.clock, this.dirty);
  }

  close(): void {
    this.database.close();
  }
}
