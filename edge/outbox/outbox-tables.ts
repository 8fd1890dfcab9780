import { createRequire } from 'node:module';
import type { Tombstone } from '../protocol/delivery.ts';
import { DEVICE_KINDS, type DeviceKind, TOMBSTONE_REASONS } from '../protocol/delivery-words.ts';
import type { Losses, parseLosses } from '../protocol/losses.ts';
import { layoutNumber, type StoredLayout } from './record.ts';
import { parsed, type Row, type Statements, textOf } from './statements.ts';

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

/** The small tables of the outbox file: what is known of epochs, devices, layouts, and what was given up. */
export class OutboxTables {
  readonly #statements: Statements;

  constructor(statements: Statements) {
    this.#statements = statements;
  }

  meta(key: string): unknown {
    return this.#statements.get('SELECT value FROM meta WHERE key = ?', key)?.value;
  }

  setMeta(key: string, value: number | string): void {
    this.#statements.run('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)', key, value);
  }

  epochs(): EpochRow[] {
    return this.#statements.all('SELECT id, name, started_ms, last_n FROM epoch ORDER BY id').map((row) => ({
      id: Number(row.id),
      name: textOf(row.name),
      startedMs: Number(row.started_ms),
      lastN: Number(row.last_n),
    }));
  }

  addEpoch(name: string, startedMs: number): number {
    return this.#statements.run('INSERT INTO epoch (name, started_ms, last_n) VALUES (?, ?, 0)', name, startedMs);
  }

  setLastN(epochId: number, lastN: number): void {
    this.#statements.run('UPDATE epoch SET last_n = max(last_n, ?) WHERE id = ?', lastN, epochId);
  }

  deleteEpoch(epochId: number): void {
    this.#statements.run('DELETE FROM epoch WHERE id = ?', epochId);
  }

  restoreEpoch({ id, name, startedMs, lastN }: EpochRow): void {
    this.#statements.run(
      'INSERT OR IGNORE INTO epoch (id, name, started_ms, last_n) VALUES (?, ?, ?, ?)',
      id,
      name,
      startedMs,
      lastN,
    );
  }

  devices(): DeviceRow[] {
    return this.#statements.all('SELECT id, model, kind, serial FROM device').map((row) => ({
      id: String(row.id),
      model: String(row.model),
      kind: DEVICE_KINDS.find((kind) => kind === row.kind) ?? 'device',
      serial: row.serial === null ? undefined : String(row.serial),
    }));
  }

  /** A serial number that is not known now does not replace one that was. */
  setDevice(device: DeviceRow): void {
    this.#statements.run(
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
    this.#statements.run('DELETE FROM device WHERE id = ?', id);
  }

  layouts(): Map<number, StoredLayout> {
    const rows = this.#statements.all('SELECT id, device, poll_class, metrics FROM layout');
    return new Map(rows.map((row) => [Number(row.id), layoutOf(row)]));
  }

  /** Returns the layout's number, under which blocks refer to it. */
  addLayout(layout: StoredLayout): number {
    const { device, pollClass, metrics } = layout;
    const names = JSON.stringify(metrics);
    const row = this.#statements.get(
      'SELECT id FROM layout WHERE device = ? AND poll_class = ? AND metrics = ?',
      device,
      pollClass,
      names,
    );
    if (row) return Number(row.id);
    return this.#statements.run(
      'INSERT INTO layout (id, device, poll_class, metrics) VALUES (?, ?, ?, ?)',
      this.#numberFor(layout),
      device,
      pollClass,
      names,
    );
  }

  /** The layout's own number, or the next one that no other layout has. */
  #numberFor(layout: StoredLayout): number {
    let number = layoutNumber(layout);
    while (this.#statements.get('SELECT 1 FROM layout WHERE id = ?', number)) number += 1;
    return number;
  }

  restoreLayout(id: number, { device, pollClass, metrics }: StoredLayout): void {
    this.#statements.run(
      'INSERT OR IGNORE INTO layout (id, device, poll_class, metrics) VALUES (?, ?, ?, ?)',
      id,
      device,
      pollClass,
      JSON.stringify(metrics),
    );
  }

  deleteLayout(id: number): void {
    this.#statements.run('DELETE FROM layout WHERE id = ?', id);
  }

  tombstones(): StoredTombstone[] {
    const rows = this.#statements.all(
      'SELECT id, epoch, from_n, to_n, reason, from_ms, to_ms, devices, losses FROM tombstone ORDER BY id',
    );
    return rows.map(tombstoneOf);
  }

  addTombstone(tombstone: Tombstone): number {
    return this.#statements.run(
      'INSERT INTO tombstone (epoch, from_n, to_n, reason, from_ms, to_ms, devices, losses) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      tombstone.epoch,
      tombstone.range[0],
      tombstone.range[1],
      tombstone.reason,
      tombstone.fromMs,
      tombstone.toMs,
      JSON.stringify(tombstone.devices),
      lossText(tombstone),
    );
  }

  restoreTombstone(tombstone: StoredTombstone): void {
    const { id, epoch, range, reason, fromMs, toMs, devices } = tombstone;
    this.#statements.run(
      `INSERT OR IGNORE INTO tombstone (id, epoch, from_n, to_n, reason, from_ms, to_ms, devices, losses)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      id,
      epoch,
      range[0],
      range[1],
      reason,
      fromMs,
      toMs,
      JSON.stringify(devices),
      lossText(tombstone),
    );
  }

  updateTombstone(tombstone: StoredTombstone): void {
    this.#statements.run(
      'UPDATE tombstone SET from_n = ?, to_n = ?, from_ms = ?, to_ms = ?, devices = ?, losses = ? WHERE id = ?',
      tombstone.range[0],
      tombstone.range[1],
      tombstone.fromMs,
      tombstone.toMs,
      JSON.stringify(tombstone.devices),
      lossText(tombstone),
      tombstone.id,
    );
  }

  deleteTombstone(id: number): void {
    this.#statements.run('DELETE FROM tombstone WHERE id = ?', id);
  }
}

function layoutOf(row: Row): StoredLayout {
  const pollClass = row.poll_class === 'registers' ? 'registers' : 'fast';
  return { device: String(row.device), pollClass, metrics: stringList(row.metrics) };
}

function stringList(text: unknown): string[] {
  const value: unknown = parsed(() => JSON.parse(textOf(text)));
  return Array.isArray(value) ? value.map(String) : [];
}

function lossText({ losses }: Tombstone): string | null {
  return losses ? JSON.stringify(losses) : null;
}

const require = createRequire(import.meta.url);

/**
 * Losses as the file has them. What reads them is loaded only where there are some: the library of schemas behind it takes
 * as much memory as all the rest of the outbox's thread.
 */
function lossesOf(text: unknown): Losses | undefined {
  if (typeof text !== 'string') return undefined;
  const reader: { readonly parseLosses: typeof parseLosses } = require('../protocol/losses.ts');
  return reader.parseLosses(text);
}

function tombstoneOf(row: Row): StoredTombstone {
  const [from, to] = [Number(row.from_n), Number(row.to_n)];
  // Without them the tombstone is still good.
  const losses = lossesOf(row.losses);
  return {
    id: Number(row.id),
    epoch: textOf(row.epoch),
    range: [from, to],
    reason: TOMBSTONE_REASONS.find((reason) => reason === row.reason) ?? 'outbox_corrupt',
    devices: stringList(row.devices),
    fromMs: Number(row.from_ms),
    toMs: Number(row.to_ms),
    records: to - from + 1,
    ...(losses && { losses }),
  };
}
