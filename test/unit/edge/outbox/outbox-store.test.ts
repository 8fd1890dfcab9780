import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OutboxStore, StoreSettings } from '../../../../edge/outbox/outbox-store.ts';
import { KEEP_CLASS } from '../../../../edge/outbox/record.ts';
import { seededRandom } from '../../../../edge/platform/clock.ts';
import { codeOf } from '../../../../edge/platform/errors.ts';
import type { Range } from '../../../../edge/protocol/ranges.ts';
import { LAYOUT, LAYOUT_ID, plainRecord } from './records.ts';
import {
  block,
  blockOf,
  change,
  copyAsCrashed,
  MIB,
  NOW_MS,
  numbers,
  openStore,
  readAll,
  storeSettings,
} from './store-fixture.ts';

/** Opens a damaged store; undefined when the damage makes it look like another program's or a newer one. */
function openOrForeign(settings: StoreSettings): { readonly store: OutboxStore | undefined } {
  try {
    return openStore(settings, 'second');
  } catch (error) {
    if (codeOf(error) !== 'STORE_FOREIGN' && codeOf(error) !== 'SCHEMA_NEWER') throw error;
    return { store: undefined };
  }
}

describe('what is committed', () => {
  it('is there after a crash, under its epoch, and a new epoch begins', () => {
    const settings = storeSettings();
    const { store } = openStore(settings, 'first');
    store.commit(change({ blocks: [block(1, 3)] }));
    const crashed = { ...settings, file: copyAsCrashed(settings.file) };
    const { store: next, opened } = openStore(crashed, 'second');
    expect(opened.epochs).toEqual([{ epoch: 'first', startedMs: NOW_MS, lastN: 3, waiting: [[1, 3]] }]);
    expect(readAll(next, 'first')).toEqual([plainRecord(1), plainRecord(2), plainRecord(3)]);
    expect(readAll(next, 'second')).toEqual([]);
  });

  it('goes when it is settled, whole blocks at a time, and stays gone after a crash', () => {
    const settings = storeSettings();
    const { store } = openStore(settings, 'first');
    store.commit(change({ blocks: [block(1, 3)] }));
    store.commit(change({ blocks: [block(4, 6)] }));
    store.commit(change({ settled: [{ epoch: 'first', ranges: [[1, 4]] }], lastN: 6 }));
    expect(readAll(store, 'first').map(({ n }) => n)).toEqual([4, 5, 6]);
    const { opened } = openStore({ ...settings, file: copyAsCrashed(settings.file) }, 'second');
    expect(opened.epochs[0]?.waiting).toEqual([[4, 6]]);
  });

  it('is known to the record after a clean stop', () => {
    const settings = storeSettings();
    const { store } = openStore(settings, 'first');
    store.commit(change({ blocks: [block(1, 6)] }));
    store.commit(
      change({
        settled: [
          {
            epoch: 'first',
            ranges: [
              [1, 2],
              [5, 5],
            ],
          },
        ],
        lastN: 6,
      }),
    );
    store.close();
    const { opened } = openStore(settings, 'second');
    expect(opened.epochs[0]?.waiting).toEqual([
      [3, 4],
      [6, 6],
    ]);
  });

  it('keeps the last number of an epoch whose records are all settled, until it is closed', () => {
    const settings = storeSettings();
    const { store } = openStore(settings, 'first');
    store.commit(change({ blocks: [block(1, 3)] }));
    store.commit(change({ settled: [{ epoch: 'first', ranges: [[1, 3]] }], lastN: 3 }));
    store.close();
    const { store: next, opened } = openStore(settings, 'second');
    expect(opened.epochs).toEqual([{ epoch: 'first', startedMs: NOW_MS, lastN: 3, waiting: [] }]);
    next.commit(change({ epochsDone: ['first'] }));
    next.close();
    expect(openStore(settings, 'third').opened.epochs).toEqual([]);
  });

  it('is read in pieces that leave nothing out up to where they say', () => {
    const { store } = openStore(storeSettings(), 'first');
    store.commit(change({ blocks: [block(1, 100)] }));
    store.commit(change({ blocks: [block(101, 200), block(150, 160, KEEP_CLASS.boundary)], lastN: 200 }));
    const piece = store.read('first', 1, 1, NOW_MS);
    expect(piece.blocks).toHaveLength(1);
    expect(piece.coveredTo).toBe(100);
    expect(store.read('first', 101, Number.MAX_SAFE_INTEGER, NOW_MS).coveredTo).toBe(Number.MAX_SAFE_INTEGER);
  });

  it('remembers bdSeq, devices and layouts', () => {
    const settings = storeSettings();
    const { store } = openStore(settings, 'first');
    const device = { id: 'M-1', model: 'eastron/sdm630', kind: 'meter', serial: 'A1' } as const;
    store.commit(change({ blocks: [block(1, 1)], devices: [device] }));
    store.saveBdSeq(7);
    store.close();
    const { opened } = openStore(settings, 'second');
    expect(opened.bdSeq).toBe(7);
    expect(opened.devices).toEqual([device]);
    expect(opened.layouts).toEqual([[LAYOUT_ID, LAYOUT]]);
  });
});

/** The tombstone of plain records. */
function told(id: number, range: Range) {
  const [from, to] = range;
  const records = to - from + 1;
  const times = { fromMs: plainRecord(from).timeMs, toMs: plainRecord(to).timeMs };
  const groups = [{ metrics: LAYOUT.metrics, devices: [['M-1', records]] }];
  const losses = { groups, otherRecords: 0, otherValues: 0 };
  return { id, epoch: 'first', reason: 'unsettled', devices: ['M-1'], ...times, range, records, losses };
}

describe('records that are given up', () => {
  it('leave a tombstone for each unbroken range with device, times and values, over a restart until it is done', () => {
    const settings = storeSettings();
    const { store } = openStore(settings, 'first');
    store.commit(change({ blocks: [block(1, 9)] }));
    const { tombstones } = store.commit(
      change({
        lastN: 9,
        giveUps: [
          {
            epoch: 'first',
            ranges: [
              [2, 3],
              [7, 7],
            ],
            reason: 'unsettled',
          },
        ],
      }),
    );
    const expected = [told(1, [2, 3]), told(2, [7, 7])];
    expect(tombstones).toEqual(expected);
    store.close();
    const { store: next, opened } = openStore(settings, 'second');
    expect(opened.tombstones).toEqual(expected);
    expect(opened.epochs[0]?.waiting).toEqual([
      [1, 1],
      [4, 6],
      [8, 9],
    ]);
    next.commit(change({ tombstonesDone: [1, 2] }));
    next.close();
    expect(openStore(settings, 'third').opened.tombstones).toEqual([]);
  });

  it('grow one tombstone while their ranges and reason join', () => {
    const { store } = openStore(storeSettings(), 'first');
    store.commit(change({ blocks: [block(1, 9)] }));
    for (const n of [1, 2, 3]) {
      store.commit(change({ lastN: 9, giveUps: [{ epoch: 'first', ranges: [[n, n]], reason: 'unsettled' }] }));
    }
    const { tombstones } = store.commit(
      change({ lastN: 9, giveUps: [{ epoch: 'first', ranges: [[4, 4]], reason: 'unsettled' }] }),
    );
    expect(tombstones.map(({ id, range, records }) => [id, range, records])).toEqual([[1, [1, 4], 4]]);
  });

  it('are the oldest fast ones first, and registers at boundaries last', () => {
    const settings = storeSettings({ maxBytes: MIB });
    const { store } = openStore(settings, 'first');
    store.commit(change({ blocks: [block(1, 200, KEEP_CLASS.boundary)] }));
    store.commit(change({ blocks: [block(201, 400, KEEP_CLASS.registers)] }));
    const dropped: number[] = [];
    for (let first = 401; dropped.length < 12_000; first += 1000) {
      const { tombstones } = store.commit(change({ blocks: [block(first, first + 999)] }));
      for (const { range, reason } of tombstones) {
        expect(reason).toBe('outbox_full');
        expect(range[0]).toBe(401);
        dropped.push(...numbers(401 + dropped.length, range[1]));
      }
    }
    expect(
      readAll(store, 'first')
        .slice(0, 400)
        .map(({ n }) => n),
    ).toEqual(numbers(1, 400));
    const size =
      statSync(settings.file).size + statSync(`${settings.file}-wal`).size + statSync(`${settings.file}.reserve`).size;
    expect(size).toBeLessThanOrEqual(settings.maxBytes);
  });

  it('are other registers when no fast values are left, then boundaries, oldest first', () => {
    const { store } = openStore(storeSettings({ maxBytes: MIB }), 'first');
    const first = block(1, 1000, KEEP_CLASS.registers);
    let lastN = 1000;
    let dropped = store.commit(change({ blocks: [first] })).tombstones;
    while (dropped.length === 0) {
      dropped = store.commit(change({ blocks: [block(lastN + 1, lastN + 1000, KEEP_CLASS.boundary)] })).tombstones;
      lastN += 1000;
    }
    expect(dropped.map(({ range }) => range)).toEqual([[1, 1000]]);
    do {
      dropped = store.commit(change({ blocks: [block(lastN + 1, lastN + 1000, KEEP_CLASS.boundary)] })).tombstones;
      lastN += 1000;
    } while (dropped.length === 0);
    expect(dropped[0]?.range[0]).toBe(1);
    expect(dropped[0]?.range[1]).toBeGreaterThan(1000);
  });

  it('are those that waited longer than the limit of running time, whatever the wall clock says', () => {
    let runningMs = 0;
    const { store } = openStore(storeSettings({ maxAgeMs: 1000 }), 'first', () => runningMs);
    store.commit(change({ blocks: [block(1, 2)] }));
    runningMs = 900;
    expect(store.commit(change({ blocks: [block(3, 4)], nowMs: NOW_MS + 365 * 86_400_000 })).tombstones).toEqual([]);
    runningMs = 1100;
    const { tombstones } = store.commit(change({ lastN: 4 }));
    expect(tombstones.map(({ range, reason }) => [range, reason])).toEqual([[[1, 2], 'too_old']]);
  });
});

describe('space', () => {
  it('is given back when a backlog has drained', () => {
    const settings = storeSettings();
    const { store } = openStore(settings, 'first');
    for (let first = 1; first <= 400_000; first += 4000) store.commit(change({ blocks: [block(first, first + 3999)] }));
    store.commit(change({ lastN: 400_000, settled: [{ epoch: 'first', ranges: [[1, 400_000]] }] }));
    for (let step = 0; step < 20; step++) store.commit(change({ lastN: 400_000 }));
    store.close();
    expect(statSync(settings.file).size).toBeLessThan(4.5 * MIB);
  });

  it('small blocks that wait are joined and read the same', () => {
    let runningMs = 0;
    const { store } = openStore(storeSettings(), 'first', () => runningMs);
    for (let n = 1; n <= 600; n++) store.commit(change({ blocks: [block(n, n)] }));
    store.commit(change({ lastN: 600, settled: [{ epoch: 'first', ranges: [[1, 10]] }] }));
    expect(store.compactOnce(NOW_MS)).toBe(false);
    runningMs = 60_000;
    while (store.compactOnce(NOW_MS));
    expect(store.read('first', 1, Number.MAX_SAFE_INTEGER, NOW_MS).blocks.length).toBeLessThan(300);
    expect(readAll(store, 'first')).toEqual(numbers(11, 600).map((n) => plainRecord(n)));
    const { tombstones } = store.commit(
      change({ lastN: 600, giveUps: [{ epoch: 'first', ranges: [[100, 101]], reason: 'unsettled' }] }),
    );
    expect(tombstones[0]?.devices).toEqual(['M-1']);
  });
});

describe('a file that is not as it should be', () => {
  it('is refused when it belongs to another program or a newer version', () => {
    const settings = storeSettings();
    const foreign = new DatabaseSync(settings.file);
    foreign.exec('CREATE TABLE other (a)');
    foreign.close();
    expect(() => openStore(settings, 'first')).toThrow(expect.objectContaining({ code: 'STORE_FOREIGN' }));
    const newer = storeSettings();
    openStore(newer, 'first').store.close();
    const database = new DatabaseSync(newer.file);
    database.exec('PRAGMA user_version = 99');
    database.close();
    expect(() => openStore(newer, 'second')).toThrow(expect.objectContaining({ code: 'SCHEMA_NEWER' }));
  });

  it('is refused while another edge holds it', () => {
    const settings = storeSettings();
    const { store } = openStore(settings, 'first');
    expect(() => openStore(settings, 'second')).toThrow(expect.objectContaining({ code: 'FILE_LOCKED' }));
    store.close();
    expect(openStore(settings, 'third').opened.notes).toEqual([]);
  });

  it('is set aside when it is no database at all, and the edge starts', () => {
    const settings = storeSettings();
    writeFileSync(settings.file, 'nonsense '.repeat(1000));
    const { opened, store } = openStore(settings, 'first');
    expect(opened.notes.map(({ code }) => code)).toEqual(['OUTBOX_CORRUPT']);
    expect(store.commit(change({ blocks: [block(1, 1)] })).persisted).toBe('all');
    const names = readdirSync(dirname(settings.file));
    expect(names.filter((name) => name.startsWith(`${basename(settings.file)}.damaged-`))).toHaveLength(1);
  });

  it('truncated anywhere, opens, and gives back only what was written', () => {
    const settings = storeSettings();
    const { store } = openStore(settings, 'first');
    const random = seededRandom(1);
    for (let n = 1; n <= 1000; n += 20) {
      const records = numbers(n, n + 19).map((k) => plainRecord(k, { values: Float64Array.of(random(), random()) }));
      store.commit(change({ blocks: [blockOf(records)] }));
    }
    const written = readAll(store, 'first');
    store.close();
    const { size } = statSync(settings.file);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: size - 1 }), (length) => {
        const file = copyAsCrashed(settings.file);
        truncateSync(file, length);
        const { store: next, opened } = openStore({ ...settings, file }, 'second');
        const read = readAll(next, 'first');
        expect(read).toEqual(written.filter(({ n }) => read.some((record) => record.n === n)));
        expect(next.commit(change({ blocks: [block(1, 5)] })).persisted).toBe('all');
        expect(readAll(next, 'second')).toHaveLength(5);
        if (length < size - 8192 && length > 0)
          expect(opened.notes.length + (written.length - read.length)).toBeGreaterThan(0);
        next.close();
      }),
      { numRuns: 25 },
    );
  });

  it('with changed bytes anywhere, opens, and gives back only what was written', () => {
    const settings = storeSettings();
    const { store } = openStore(settings, 'first');
    for (let n = 1; n <= 1000; n += 20) store.commit(change({ blocks: [block(n, n + 19)] }));
    store.close();
    const original = readFileSync(settings.file);
    const damage = fc.record({
      at: fc.nat({ max: original.length - 1 }),
      length: fc.integer({ min: 1, max: 5000 }),
      byte: fc.nat({ max: 255 }),
    });
    fc.assert(
      fc.property(damage, ({ at, length, byte }) => {
        const file = copyAsCrashed(settings.file);
        writeFileSync(file, Buffer.from(original).fill(byte, at, Math.min(original.length, at + length)));
        const { store: next } = openOrForeign({ ...settings, file });
        if (!next) return;
        for (const record of readAll(next, 'first')) expect(record).toEqual(plainRecord(record.n));
        expect(next.commit(change({ blocks: [block(1, 5)] })).persisted).toBe('all');
        expect(readAll(next, 'second').map(({ n }) => n)).toEqual([1, 2, 3, 4, 5]);
        next.close();
      }),
      { numRuns: 25 },
    );
  });

  it('a block that changed on the disk is not given back', () => {
    const settings = storeSettings();
    const { store } = openStore(settings, 'first');
    store.commit(change({ blocks: [block(1, 3)] }));
    store.commit(change({ blocks: [block(4, 6)] }));
    store.close();
    const database = new DatabaseSync(settings.file);
    database.exec("UPDATE block SET data = CAST(replace(hex(data), '0', '1') AS BLOB) WHERE id = 1");
    database.close();
    const { store: next } = openStore(settings, 'second');
    expect(readAll(next, 'first').map(({ n }) => n)).toEqual([4, 5, 6]);
  });
});

describe('errors', () => {
  it('a folder that cannot be made is told in one line', () => {
    const settings = storeSettings();
    writeFileSync(settings.file, '');
    const below = { ...settings, file: `${settings.file}/outbox.sqlite` };
    let code: unknown;
    try {
      openStore(below, 'first');
    } catch (error) {
      code = codeOf(error);
    }
    expect(code).toBe('DIRECTORY_UNWRITABLE');
  });
});

describe('the dictionary', () => {
  const OTHER = { ...LAYOUT, device: 'M-99' };

  it('keeps what is registered while the file is in use, also when nothing waits in it', () => {
    const settings = storeSettings();
    const { store } = openStore(settings, 'first');
    const [id] = store.register([OTHER], [], NOW_MS);
    expect(id).not.toBe(LAYOUT_ID);
    store.commit(change({ blocks: [block(1, 2)] }));
    store.close();
    const { opened } = openStore(settings, 'second');
    expect(new Map(opened.layouts).get(LAYOUT_ID)).toEqual(LAYOUT);
  });

  it('forgets at the next start what nothing waits for', () => {
    const settings = storeSettings();
    const { store } = openStore(settings, 'first');
    store.register([OTHER], [], NOW_MS);
    store.close();
    openStore(settings, 'second').store.close();
    const { opened } = openStore(settings, 'third');
    expect(opened.layouts.map(([, layout]) => layout)).toEqual([LAYOUT]);
  });
});
