import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Change, NewBlock, OpenedOutbox } from '../../../../edge/outbox/change.ts';
import { OutboxStore, type StoreSettings } from '../../../../edge/outbox/outbox-store.ts';
import { KEEP_CLASS, type KeepClass, type OutboxRecord } from '../../../../edge/outbox/record.ts';
import { decodeRecords, RecordWriter } from '../../../../edge/outbox/record-codec.ts';
import { LAYOUT, plainRecord } from './records.ts';

export const NOW_MS = 1_790_000_000_000;
export const MIB = 1024 * 1024;

/** A folder that is deleted when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gridwarden-outbox-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function storeSettings(overrides: Partial<StoreSettings> = {}): StoreSettings {
  return {
    file: join(temporaryFolder(), 'outbox.sqlite'),
    maxBytes: 64 * MIB,
    maxAgeMs: 90 * 86_400_000,
    ...overrides,
  };
}

export interface OpenedStore {
  readonly store: OutboxStore;
  readonly opened: OpenedOutbox;
}

/** Opens a store, with the layout of plain records. */
export function openStore(settings: StoreSettings, epoch: string, processMs: () => number = () => 0): OpenedStore {
  const store = new OutboxStore(settings, processMs);
  const opened = store.open(epoch, NOW_MS);
  store.register([LAYOUT], [], NOW_MS);
  return { store, opened };
}

export function blockOf(records: Iterable<OutboxRecord>, keepClass: KeepClass = KEEP_CLASS.fast): NewBlock {
  const writer = new RecordWriter();
  for (const record of records) writer.append(record);
  const encoded = writer.finish();
  if (!encoded) throw new Error('a block holds at least one record');
  return { ...encoded, keepClass };
}

export function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

/** A block of plain records `from … to`. */
export function block(from: number, to: number, keepClass: KeepClass = KEEP_CLASS.fast): NewBlock {
  return blockOf(
    numbers(from, to).map((n) => plainRecord(n)),
    keepClass,
  );
}

export function change(overrides: Partial<Change> = {}): Change {
  const lastN = Math.max(0, ...(overrides.blocks ?? []).map((added) => added.lastN));
  const empty = {
    blocks: [],
    settled: [],
    giveUps: [],
    tombstonesDone: [],
    epochsDone: [],
    devices: [],
    nowMs: NOW_MS,
  };
  return { ...empty, lastN, ...overrides };
}

/** The records that a store gives back from `from` on, ascending. */
export function readAll(store: OutboxStore, epoch: string, from = 1): OutboxRecord[] {
  const { blocks } = store.read(epoch, from, Number.MAX_SAFE_INTEGER, NOW_MS);
  return blocks.flatMap((data) => decodeRecords(data)).sort((a, b) => a.n - b.n);
}

/** Copies the files as they are, as if the machine had lost its power now; returns where. */
export function copyAsCrashed(file: string): string {
  const copy = join(temporaryFolder(), 'outbox.sqlite');
  for (const suffix of ['', '-wal'])
    if (existsSync(`${file}${suffix}`)) copyFileSync(`${file}${suffix}`, `${copy}${suffix}`);
  return copy;
}
