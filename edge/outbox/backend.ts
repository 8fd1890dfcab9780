import type { Change, ChangeResult, OpenedOutbox, ReadResult } from './change.ts';
import { OutboxStore, type StoreSettings } from './outbox-store.ts';
import type { DeviceRow } from './outbox-tables.ts';
import type { StoredLayout } from './record.ts';

/** The outbox on disk as the edge's main thread sees it: calls are answered in the order in which they are made. */
export interface OutboxBackend {
  /** @throws GridwardenError STORE_FOREIGN, SCHEMA_NEWER, FILE_LOCKED, DISK_FULL, DIRECTORY_UNWRITABLE */
  open(epoch: string, nowMs: number): Promise<OpenedOutbox>;
  register(layouts: readonly StoredLayout[], devices: readonly DeviceRow[], nowMs: number): Promise<number[]>;
  commit(change: Change): Promise<ChangeResult>;
  read(epoch: string, from: number, maxBytes: number, nowMs: number): Promise<ReadResult>;
  compactOnce(nowMs: number): Promise<boolean>;
  saveBdSeq(bdSeq: number): Promise<void>;
  close(): Promise<void>;
}

/** The calls of a backend by name, as they travel to a worker. */
export type BackendCall = {
  [Name in keyof OutboxBackend]: { readonly name: Name; readonly parameters: Parameters<OutboxBackend[Name]> };
}[keyof OutboxBackend];

/** Runs one call on a store. */
export function runCall(store: OutboxStore, call: BackendCall): unknown {
  switch (call.name) {
    case 'open':
      return store.open(...call.parameters);
    case 'register':
      return store.register(...call.parameters);
    case 'commit':
      return store.commit(...call.parameters);
    case 'read':
      return store.read(...call.parameters);
    case 'compactOnce':
      return store.compactOnce(...call.parameters);
    case 'saveBdSeq':
      return store.saveBdSeq(...call.parameters);
    case 'close':
      return store.close();
  }
}

/** The store in the calling thread, which then waits for the disk; for tests and tools. */
export function directBackend(settings: StoreSettings, processMs: () => number): OutboxBackend {
  const store = new OutboxStore(settings, processMs);
  return {
    open: async (...parameters) => store.open(...parameters),
    register: async (...parameters) => store.register(...parameters),
    commit: async (...parameters) => store.commit(...parameters),
    read: async (...parameters) => store.read(...parameters),
    compactOnce: async (...parameters) => store.compactOnce(...parameters),
    saveBdSeq: async (...parameters) => store.saveBdSeq(...parameters),
    close: async () => store.close(),
  };
}
