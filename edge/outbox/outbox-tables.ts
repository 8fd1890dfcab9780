import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { DEVICE_KINDS, type DeviceKind, TOMBSTONE_REASONS, type Tombstone } from '../protocol/delivery.ts';
import type { BlockInfo } from './block-index.ts';
import { DamagedFileError } from './outbox-file.ts';
import { KEEP_CLASSES, type KeepClass, type StoredLayout } from './record.ts';
import { decodeRanges } from './record-codec.ts';

export interface EpochRow {
  readonly id: number;
  readonly name: string;
  readonly startedMs: number;
  readonly lastN: number;
}

export interface DeviceRow {
  readonly id: string;
  readonly model: string;
  readonly kind: DeviceKind;
  readonly serial: string | undefined;
}

/** A tombstone with its row; growing with its neighbours it keeps the row. */
export interface StoredTombstone extends Tombstone {
  readonly id: number;
}

/** A row of the block table as it is written; the index knows what is worth knowing of it afterwards. */
export interface BlockRow {
  readonly id: number;
  readonly epoch: string;
  readonly keepClass: KeepClass;
  readonly count: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly runningMs: number;
  readonly codec: number;
  readonly checksum: number;
  readonly numbers: Uint8Array;
  readonly data: Uint8Array;
}

/** How the data of a block are encoded. */
export const CODEC = { records: 0, compact: 1 } as const;

/** What a row of the block table costs besides its two blobs, roughly. */
export const ROW_BYTES = 48;

/** The statements of the outbox file, each prepared once. */
export class OutboxTables {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  meta(key: string): unknown {
    return this.#get('SELECT value FROM meta WHERE key = ?', key)?.value;
  }

  setMeta(key: string, value: number | string): void {
    this.#run('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)', key, value);
  }

  epochs(): EpochRow[] {
    return this.#all('SELECT id, name, started_ms, last_n FROM epoch ORDER BY id').map((row) => ({
      id: Number(row.id),
      name: textOf(row.name),
      startedMs: Number(row.started_ms),
      lastN: Number(row.last_n),
    }));
  }

  addEpoch(name: string, startedMs: number): number {
    return this.#run('INSERT INTO epoch (name, started_ms, last_n) VALUES (?, ?, 0)', name, startedMs);
  }

  setLastN(epochId: number, lastN: number): void {
    this.#run('UPDATE epoch SET last_n = max(last_n, ?) WHERE id = ?', lastN, epochId);
  }

  deleteEpoch(epochId: number): void {
    this.#run('DELETE FROM epoch WHERE id = ?', epochId);
  }

  restoreEpoch({ id, name, startedMs, lastN }: EpochRow): void {
    this.#run(
      'INSERT OR IGNORE INTO epoch (id, name, started_ms, last_n) VALUES (?, ?, ?, ?)',
      id,
      name,
      startedMs,
      lastN,
    );
  }

  devices(): DeviceRow[] {
    return this.#all('SELECT id, model, kind, serial FROM device').map((row) => ({
      id: String(row.id),
      model: String(row.model),
      kind: DEVICE_KINDS.find((kind) => kind === row.kind) ?? 'device',
      serial: row.serial === null ? undefined : String(row.serial),
    }));
  }

  /** A serial number that is not known now does not replace one that was. */
  setDevice(device: DeviceRow): void {
    this.#run(
      `INSERT INTO device (id, model, kind, serial) VALUES (?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET model = excluded.model, kind = excluded.kind,
         serial = coalesce(excluded.serial, serial)`,
      device.id,
      device.model,
      device.kind,
      device.serial ?? null,
    );
  }

  deleteDevice(id: string): void {
    this.#run('DELETE FROM device WHERE id = ?', id);
  }

  layouts(): Map<number, StoredLayout> {
    const rows = this.#all('SELECT id, device, poll_class, metrics FROM layout');
    return new Map(rows.map((row) => [Number(row.id), layoutOf(row)]));
  }

  addLayout(layout: StoredLayout): number {
    const { device, pollClass, metrics } = layout;
    const names = JSON.stringify(metrics);
    const row = this.#get(
      'SELECT id FROM layout WHERE device = ? AND poll_class = ? AND metrics = ?',
      device,
      pollClass,
      names,
    );
    if (row) return Number(row.id);
    return this.#run('INSERT INTO layout (device, poll_class, metrics) VALUES (?, ?, ?)', device, pollClass, names);
  }

  restoreLayout(id: number, { device, pollClass, metrics }: StoredLayout): void {
    this.#run(
      'INSERT OR IGNORE INTO layout (id, device, poll_class, metrics) VALUES (?, ?, ?, ?)',
      id,
      device,
      pollClass,
      JSON.stringify(metrics),
    );
  }

  deleteLayout(id: number): void {
    this.#run('DELETE FROM layout WHERE id = ?', id);
  }

  /** Everything of the blocks but their data. */
  blocks(): BlockInfo[] {
    const rows = this.#all(
      'SELECT id, epoch, class, count, from_ms, to_ms, running_ms, codec, numbers, length(data) AS bytes FROM block ORDER BY id',
    );
    return rows.map((row) => ({
      id: Number(row.id),
      epoch: textOf(row.epoch),
      keepClass: KEEP_CLASSES.find((keepClass) => keepClass === row.class) ?? KEEP_CLASSES[0] ?? 0,
      numbers: parsed(() => decodeRanges(bytesOf(row.numbers))),
      count: Number(row.count),
      fromMs: Number(row.from_ms),
      toMs: Number(row.to_ms),
      runningMs: Number(row.running_ms),
      bytes: Number(row.bytes) + bytesOf(row.numbers).length + ROW_BYTES,
      isCompact: row.codec === CODEC.compact,
    }));
  }

  /** Writes a block; returns its row number. */
  addBlock(block: Omit<BlockRow, 'id'>): number {
    const { epoch, keepClass, count, fromMs, toMs, runningMs, codec, checksum, numbers, data } = block;
    return this.#run(
      `INSERT INTO block (epoch, class, count, from_ms, to_ms, running_ms, codec, checksum, numbers, data)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      epoch,
      keepClass,
      count,
      fromMs,
      toMs,
      runningMs,
      codec,
      checksum,
      numbers,
      data,
    );
  }

  blockData(id: number): { codec: number; checksum: number; data: Uint8Array } | undefined {
    const row = this.#get('SELECT codec, checksum, data FROM block WHERE id = ?', id);
    if (!row) return undefined;
    return { codec: Number(row.codec), checksum: Number(row.checksum), data: bytesOf(row.data) };
  }

  setBlockNumbers(id: number, count: number, numbers: Uint8Array): void {
    this.#run('UPDATE block SET count = ?, numbers = ? WHERE id = ?', count, numbers, id);
  }

  deleteBlock(id: number): void {
    this.#run('DELETE FROM block WHERE id = ?', id);
  }

  tombstones(): StoredTombstone[] {
    const rows = this.#all(
      'SELECT id, epoch, from_n, to_n, reason, from_ms, to_ms, devices FROM tombstone ORDER BY id',
    );
    return rows.map(tombstoneOf);
  }

  addTombstone(tombstone: Tombstone): number {
    return this.#run(
      'INSERT INTO tombstone (epoch, from_n, to_n, reason, from_ms, to_ms, devices) VALUES (?, ?, ?, ?, ?, ?, ?)',
      tombstone.epoch,
      tombstone.range[0],
      tombstone.range[1],
      tombstone.reason,
      tombstone.fromMs,
      tombstone.toMs,
      JSON.stringify(tombstone.devices),
    );
  }

  restoreTombstone(tombstone: StoredTombstone): void {
    const { id, epoch, range, reason, fromMs, toMs, devices } = tombstone;
    this.#run(
      `INSERT OR IGNORE INTO tombstone (id, epoch, from_n, to_n, reason, from_ms, to_ms, devices)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      id,
      epoch,
      range[0],
      range[1],
      reason,
      fromMs,
      toMs,
      JSON.stringify(devices),
    );
  }

  updateTombstone(tombstone: StoredTombstone): void {
    this.#run(
      'UPDATE tombstone SET from_n = ?, to_n = ?, from_ms = ?, to_ms = ?, devices = ? WHERE id = ?',
      tombstone.range[0],
      tombstone.range[1],
      tombstone.fromMs,
      tombstone.toMs,
      JSON.stringify(tombstone.devices),
      tombstone.id,
    );
  }

  deleteTombstone(id: number): void {
    this.#run('DELETE FROM tombstone WHERE id = ?', id);
  }

  #run(sql: string, ...parameters: (number | string | null | Uint8Array)[]): number {
    return Number(this.#prepared(sql).run(...parameters).lastInsertRowid);
  }

  #get(sql: string, ...parameters: (number | string)[]): Record<string, unknown> | undefined {
    return this.#prepared(sql).get(...parameters);
  }

  #all(sql: string): Record<string, unknown>[] {
    return this.#prepared(sql).all();
  }

  #prepared(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

/** A page that the disk gives back as zeros reads as rows of nulls, which the schema does not allow. */
function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new DamagedFileError('a row holds no bytes where it must');
}

/** What was written can be read again, unless the file is damaged. */
function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch (cause) {
    throw new DamagedFileError('a row cannot be read', { cause });
  }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new DamagedFileError('a row holds no text where it must');
}

function layoutOf(row: Record<string, unknown>): StoredLayout {
  const pollClass = row.poll_class === 'registers' ? 'registers' : 'fast';
  return { device: String(row.device), pollClass, metrics: stringList(row.metrics) };
}

function stringList(text: unknown): string[] {
  const value: unknown = parsed(() => JSON.parse(textOf(text)));
  return Array.isArray(value) ? value.map(String) : [];
}

function tombstoneOf(row: Record<string, unknown>): StoredTombstone {
  const [from, to] = [Number(row.from_n), Number(row.to_n)];
  return {
    id: Number(row.id),
    epoch: textOf(row.epoch),
    range: [from, to],
    reason: TOMBSTONE_REASONS.find((reason) => reason === row.reason) ?? 'outbox_corrupt',
    devices: stringList(row.devices),
    fromMs: Number(row.from_ms),
    toMs: Number(row.to_ms),
    records: to - from + 1,
  };
}
