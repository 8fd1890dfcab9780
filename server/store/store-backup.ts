/** A file of a backup. */
export interface BackupFile {
  /** Relative to the folder it was put into, with `/`. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What a store is asked to do for a backup. */
export interface BackupOrder {
  /** An empty folder of its own. */
  readonly folder: string;
  /** Runs while no commit can take place: what it copies and what the store copies are of one moment. */
  atRest(): Promise<void>;
  /** So many bytes of all are copied. */
  progress(doneBytes: number, totalBytes: number): void;
  /** Ends the copying; it rejects then. */
  readonly signal: AbortSignal;
}

/** What a store has put into a backup. Every file is durable. */
export interface StoreBackup {
  readonly kind: 'duckdb' | 'influxdb';
  /** Schema versions of its files, by what they are of. */
  readonly schemas: Readonly<Record<string, number>>;
  readonly files: readonly BackupFile[];
}
