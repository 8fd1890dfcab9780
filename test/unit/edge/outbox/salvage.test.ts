import { closeSync, openSync, statSync, truncateSync, writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { OutboxStore, type StoreSettings } from '../../../../edge/outbox/outbox-store.ts';
import type { OutboxRecord, StoredLayout } from '../../../../edge/outbox/record.ts';
import { blockOf, change, copyAsCrashed, NOW_MS, readAll, storeSettings } from './store-fixture.ts';

const PAGE_BYTES = 4096;

function layoutOf(device: string): StoredLayout {
  return { device, pollClass: 'fast', metrics: ['voltage_a', 'current_a'] };
}

/** Opens a store whose devices are these; returns the numbers of their layouts, too. */
function open(settings: StoreSettings, epoch: string, devices: readonly string[]) {
  const store = new OutboxStore(settings, () => 0);
  const opened = store.open(epoch, NOW_MS);
  const layouts = devices.map(layoutOf);
  const ids = store.register(layouts, [], NOW_MS);
  const byId = new Map([...opened.layouts, ...ids.map((id, index) => [id, layouts[index]] as const)]);
  return { store, byId, idOf: new Map(devices.map((device, index) => [device, ids[index] ?? 0])) };
}

/** The n-th record of a device; its values say so. */
function recordOf(layoutId: number, device: string, n: number): OutboxRecord {
  const values = Float64Array.of(Number(device), n + 0.1);
  return { n, layoutId, timeMs: NOW_MS + n, clockGeneration: 1, values, quality: new Uint8Array(2) };
}

describe('a damaged outbox', () => {
  it('never gives a record back as that of another device, whatever else was lost', () => {
    const settings = storeSettings();
    const first = open(settings, 'first', ['1', '2']);
    first.store.commit(change({ blocks: [blockOf([recordOf(first.idOf.get('1') ?? 0, '1', 1)])] }));
    first.store.close();
    const second = open(settings, 'second', ['1', '2']);
    for (let n = 1; n <= 40; n++) {
      const device = String((n % 2) + 1);
      second.store.commit(change({ blocks: [blockOf([recordOf(second.idOf.get(device) ?? 0, device, n)])] }));
    }
    let saved = 0;
    for (let pages = 1; pages * PAGE_BYTES < statSync(settings.file).size; pages++) {
      const file = copyAsCrashed(settings.file);
      truncateSync(file, pages * PAGE_BYTES);
      // Another device came first in the configuration meanwhile.
      const { store, byId } = open({ ...settings, file }, 'third', ['3', '1', '2']);
      for (const { layoutId, values } of readAll(store, 'second')) {
        const device = byId.get(layoutId)?.device;
        expect(device ?? String(values[0]), `${pages} pages`).toBe(String(values[0]));
        saved += device === undefined ? 0 : 1;
      }
      store.close();
    }
    second.store.close();
    expect(saved).toBeGreaterThan(100);
  });

  it('gives back what it still holds when it has lost its end', () => {
    const settings = storeSettings();
    const { store, idOf } = open(settings, 'first', ['1']);
    for (let n = 1; n <= 400; n++) {
      store.commit(change({ blocks: [blockOf([recordOf(idOf.get('1') ?? 0, '1', n)])] }));
    }
    store.close();
    truncateSync(settings.file, Math.floor(statSync(settings.file).size * 0.8));
    const next = open(settings, 'second', ['1']);
    expect(readAll(next.store, 'first').length).toBeGreaterThan(200);
    next.store.close();
  });

  it('gives back what lies between two damages', () => {
    const settings = storeSettings();
    const { store, idOf } = open(settings, 'first', ['1']);
    for (let n = 1; n <= 400; n++) {
      store.commit(change({ blocks: [blockOf([recordOf(idOf.get('1') ?? 0, '1', n)])] }));
    }
    store.close();
    const whole = copyAsCrashed(settings.file);
    const leaves = leafPages(whole, 'block');
    expect(leaves.length).toBeGreaterThan(6);
    const damaged = copyAsCrashed(settings.file);
    for (const page of [leaves[1], leaves.at(-2)]) overwrite(damaged, page ?? 0);
    const next = open({ ...settings, file: damaged }, 'second', ['1']);
    const lost = 400 - readAll(next.store, 'first').length;
    next.store.close();
    expect(lost).toBeGreaterThan(0);
    expect(lost).toBeLessThanOrEqual((2 * 400) / (leaves.length - 2));
  });
});

/** Pages that hold rows of a table, in the order of the rows. */
function leafPages(file: string, table: string): number[] {
  const database = new DatabaseSync(file);
  try {
    const rows = database
      .prepare("SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY path")
      .all(table);
    return rows.map(({ pageno }) => Number(pageno));
  } finally {
    database.close();
  }
}

function overwrite(file: string, page: number): void {
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, new Uint8Array(PAGE_BYTES), 0, PAGE_BYTES, (page - 1) * PAGE_BYTES);
  closeSync(descriptor);
}
