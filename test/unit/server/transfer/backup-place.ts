import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { ManualGridClock } from '../../../../edge/platform/clock.ts';
import { openState } from '../../../../server/state/database.ts';
import { checkStoreIdentity } from '../../../../server/state/store-identity.ts';
import { sealFile } from '../../../../server/store/copy-file.ts';
import { Catalogue } from '../../../../server/store/duckdb/catalogue.ts';
import type { BackupOrder, StoreBackup } from '../../../../server/store/store-backup.ts';
import type { BackupParts } from '../../../../server/transfer/make-backup.ts';

export const TAKEN_MS = Date.UTC(2026, 2, 10);

/** A state, and a store that is a catalogue and one more file, without an engine behind them. */
export class BackupPlace {
  readonly folder = mkdtempSync(join(tmpdir(), 'gridwarden-transfer-'));
  readonly database: DatabaseSync = openState(this.at('state.sqlite'));
  readonly storeId: string;
  readonly #catalogue: Catalogue;
  /** The store fails with this after it has begun. */
  failure: Error | undefined;
  schemas: Record<string, number> = { catalogue: 1, periods: 1 };

  constructor() {
    mkdirSync(this.at('telemetry'));
    this.#catalogue = new Catalogue(this.at('telemetry'), 0);
    this.storeId = this.#catalogue.id;
    checkStoreIdentity(this.database, this.storeId, false);
  }

  at(name: string): string {
    return join(this.folder, name);
  }

  get parts(): BackupParts {
    const store = { id: this.storeId, backup: (order: BackupOrder) => this.#backup(order) };
    return { database: this.database, store, gridClock: new ManualGridClock(TAKEN_MS), host: 'gridwarden' };
  }

  remove(): void {
    this.database.close();
    this.#catalogue.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #backup({ folder, atRest }: BackupOrder): Promise<StoreBackup> {
    mkdirSync(folder);
    const paths = ['catalogue.sqlite', 'fast-2026-03-10.duckdb'];
    this.#catalogue.copyTo(join(folder, 'catalogue.sqlite'));
    writeFileSync(join(folder, 'fast-2026-03-10.duckdb'), 'rows');
    await atRest();
    if (this.failure) throw this.failure;
    const files = [];
    for (const path of paths) files.push({ path, ...(await sealFile(join(folder, path))) });
    return { kind: 'duckdb', schemas: this.schemas, files };
  }
}

export const QUIET = { progress: () => undefined, signal: new AbortController().signal };
