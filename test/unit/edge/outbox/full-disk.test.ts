import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OutboxStore } from '../../../../edge/outbox/outbox-store.ts';
import { block, change, MIB, NOW_MS, openStore, readAll } from './store-fixture.ts';

/** A file system of 2 MiB, which the kernel keeps in memory; only root may mount one. */
function mount(folder: string): boolean {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder]).status === 0;
}

const probe = mkdtempSync(join(tmpdir(), 'gridwarden-full-'));
const mayMount = mount(probe);
if (mayMount) spawnSync('umount', [probe]);
rmdirSync(probe);

describe.skipIf(!mayMount)('an outbox on a disk that is full (needs the right to mount a tmpfs)', () => {
  let folder: string;
  let hog: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gridwarden-full-'));
    mount(folder);
    hog = join(folder, 'hog');
  });

  afterEach(() => {
    spawnSync('umount', ['-l', folder]);
    rmdirSync(folder);
  });

  /** Someone else fills what is left. */
  function fillDisk(): void {
    for (let size = MIB; size >= 1024; size /= 2) {
      for (let full = false; !full; ) {
        try {
          writeFileSync(hog, new Uint8Array(size), { flag: 'a' });
        } catch {
          full = true;
        }
      }
    }
  }

  const settings = () => ({ file: join(folder, 'outbox.sqlite'), maxBytes: 64 * MIB, maxAgeMs: 1e12 });
  const reserve = () => existsSync(`${settings().file}.reserve`);

  it('what would have been dropped to stay within the limit, had there been room, is not forgotten', () => {
    const { store } = openStore({ ...settings(), maxBytes: MIB / 4 }, 'first');
    const explained = new Map<number, readonly [number, number]>();
    const take = (from: number, to: number) => {
      const { tombstones, persisted } = store.commit(change({ lastN: to, blocks: [block(from, to)] }));
      for (const { id, range } of tombstones) explained.set(id, range);
      return persisted;
    };
    let next = 1;
    // Until the file is at its limit, and each commit drops something.
    for (; explained.size === 0; next += 1000) take(next, next + 999);
    fillDisk();
    expect(take(next, next + 29_999)).toBe('pruned');
    rmSync(hog);
    for (const end = next + 20_000; next < end; next += 1000) take(next, next + 999);
    const kept = new Set(readAll(store, 'first').map(({ n }) => n));
    const isExplained = (n: number) => [...explained.values()].some(([from, to]) => n >= from && n <= to);
    const missing = Array.from({ length: next - 1 }, (_, index) => index + 1).filter(
      (n) => !kept.has(n) && !isExplained(n),
    );
    expect(missing).toEqual([]);
    store.close();
  });

  it('goes on pruning, refuses new records until there is room, and then takes them', () => {
    const { store } = openStore(settings(), 'first');
    store.commit(change({ blocks: [block(1, 2000)] }));
    store.commit(change({ blocks: [block(2001, 2100)] }));
    expect(reserve()).toBe(true);
    fillDisk();
    const refused = store.commit(change({ blocks: [block(2101, 6000)] }));
    expect([refused.persisted, refused.trouble?.kind]).toEqual(['pruned', 'full']);
    expect(reserve()).toBe(false);
    const pruned = store.commit(change({ lastN: 2100, settled: [{ epoch: 'first', ranges: [[1, 2000]] }] }));
    expect(pruned.persisted).toBe('all');
    expect(readAll(store, 'first').map(({ n }) => n)[0]).toBe(2001);
    expect(store.commit(change({ blocks: [block(2101, 2102)] })).persisted).toBe('pruned');
    rmSync(hog);
    expect(store.commit(change({ blocks: [block(2101, 6000)] })).persisted).toBe('all');
    expect(reserve()).toBe(true);
    expect(readAll(store, 'first')).toHaveLength(4000);
    store.close();
    expect(openStore(settings(), 'second').opened.epochs[0]?.waiting).toEqual([[2001, 6000]]);
  });

  it('starts on a full disk as long as its reserve is there', () => {
    const { store } = openStore(settings(), 'first');
    store.commit(change({ blocks: [block(1, 10)] }));
    store.close();
    fillDisk();
    const next = new OutboxStore(settings(), () => 0);
    expect(next.open('second', NOW_MS).epochs[0]?.waiting).toEqual([[1, 10]]);
    expect(next.commit(change({ settled: [{ epoch: 'first', ranges: [[1, 10]] }] })).persisted).toBe('all');
    next.close();
  });

  /** An outbox that has lost its end. */
  function damage(): void {
    const { store } = openStore(settings(), 'first');
    for (let n = 1; n <= 6000; n += 150) store.commit(change({ blocks: [block(n, n + 149)] }));
    store.close();
    truncateSync(settings().file, Math.floor(statSync(settings().file).size * 0.8));
  }

  it('uses its reserve to save what a damaged file still holds', () => {
    damage();
    fillDisk();
    const { store, opened } = openStore(settings(), 'second');
    expect(opened.notes.map(({ code }) => code)).toEqual(['OUTBOX_CORRUPT']);
    expect(readAll(store, 'first').length).toBeGreaterThan(3000);
    store.close();
  });

  it('without reserve saves what a damaged file still holds when there is room again', () => {
    damage();
    rmSync(`${settings().file}.reserve`);
    fillDisk();
    expect(() => openStore(settings(), 'second')).toThrow('cannot be opened');
    rmSync(hog);
    const { store } = openStore(settings(), 'second');
    expect(readAll(store, 'first').length).toBeGreaterThan(3000);
    store.close();
  });
});
