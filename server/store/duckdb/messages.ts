import type { BackupFile } from '../store-backup.ts';
import type {
  LatestRow,
  RangeQuery,
  ReceivedRanges,
  RecordStream,
  Series,
  SeriesRows,
  StoreStatistics,
} from '../telemetry-store.ts';
import type { StoreBatch } from './committer.ts';
import type { CutFile } from './folder-backup.ts';

/** What the main thread asks of the worker, by name: arguments and answer. */
export interface Calls {
  commit: { args: [StoreBatch]; answer: undefined };
  received: { args: []; answer: ReceivedRanges[] };
  forget: { args: [RecordStream]; answer: undefined };
  read: { args: [RangeQuery]; answer: SeriesRows[] };
  latest: { args: [readonly number[], number, number]; answer: LatestRow[] };
  interruptReads: { args: []; answer: undefined };
  tick: { args: [number]; answer: undefined };
  applyRetention: { args: [number]; answer: string[] };
  statistics: { args: [number]; answer: StoreStatistics };
  describe: { args: []; answer: string };
  backupBegin: { args: [folder: string]; answer: CutFile[] };
  backupResume: { args: []; answer: undefined };
  backupCopy: { args: [name: string]; answer: BackupFile[] };
  backupEnd: { args: []; answer: undefined };
  close: { args: []; answer: undefined };
}
export type CallName = keyof Calls;

export interface CallMessage<N extends CallName = CallName> {
  readonly id: number;
  readonly name: N;
  readonly args: Calls[N]['args'];
}

/** An error of the catalogue on its way between threads. */
export interface WireError {
  readonly code: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export type WorkerMessage =
  | { readonly type: 'opened'; readonly id: string; readonly series: readonly Series[] }
  | { readonly type: 'failed'; readonly error: WireError }
  | { readonly type: 'said'; readonly line: string }
  | { readonly type: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly type: 'error'; readonly id: number; readonly error: WireError };
