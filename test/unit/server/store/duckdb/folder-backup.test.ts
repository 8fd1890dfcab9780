import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DuckDbService } from '../../../../../server/store/duckdb/service.ts';
import { rangesByStream, request, type TestPoint } from '../../../../contract/store/batch.ts';

const MIDNIGHT = Date.UTC(2026, 2, 10);
const DAY = 86_400_000;
const FAST = 0;
const REGISTER = 1;
const newSeries = [
  { number: FAST, device: 'D', metric: 'x', kind: 'meter', pollClass: 'fast' },
  { number: REGISTER, device: 'D', metric: 'y', kind: 'meter', pollClass: 'registers' },
] as const;

let place: string;
let service: DuckDbService;
const opened: DuckDbService[] = [];

async function open(name: string): Promise<DuckDbService> {
  const options = {
    folder: join(place, name),
    memoryLimitBytes: 64 << 20,
    threads: 1,
    retention: { fastMs: 30 * DAY, registersMs: 3650 * DAY },
    nowMs: MIDNIGHT,
    sortRows: 2000,
  };
  const made = await DuckDbService.open(options, () => undefined);
  opened.push(made);
  return made;
}

beforeEach(async () => {
  place = mkdtempSync(join(tmpdir(), 'gridwarden-folder-backup-'));
  mkdirSync(join(place, 'copy'));
  service = await open('original');
});
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
  rmSync(place, { recursive: true, force: true });
});

/** Records `from … to`, each with a fast value and a register, in two days and so in three files. */
function records(from: number, to: number): TestPoint[] {
  return Array.from({ length: to - from + 1 }, (_, index) => from + index).flatMap((n) => [
    { series: FAST, timeMs: MIDNIGHT - (n % 2) * DAY + n * 1000, value: n, n },
    { series: REGISTER, timeMs: MIDNIGHT + n * 1000, value: n, n },
  ]);
}

function commit(from: number, to: number): Promise<void> {
  return service.commit({ ...request(records(from, to)), newSeries, nowMs: MIDNIGHT });
}

async function content(of: DuckDbService) {
  const range = { fromMs: MIDNIGHT - 2 * DAY, toMs: MIDNIGHT + 2 * DAY, maxRows: 1e6 };
  const rows = await of.read({ ...range, series: [FAST, REGISTER] });
  const numbers = rows.map(({ value }) => [...value].sort((a, b) => a - b));
  return { numbers, ranges: Object.values(rangesByStream(of.received())) };
}

function upTo(n: number) {
  const numbers = Array.from({ length: n }, (_, index) => index + 1);
  return { numbers: [numbers, numbers], ranges: [[[1, n]]] };
}

async function copyAll(names: readonly { readonly name: string }[]): Promise<void> {
  for (const { name } of names) await service.backup.copy(name);
}

test('the copy is the store as of one moment, whatever is written while it is made', async () => {
  await commit(1, 500);
  await service.tick(MIDNIGHT + DAY / 2);
  await commit(501, 700);
  const files = await service.backup.begin(join(place, 'copy'));
  service.backup.resume();
  // More than a checkpoint and a sorting by size would need.
  for (let from = 701; from < 6701; from += 1000) await commit(from, from + 999);
  await copyAll(files);
  await service.backup.end();
  await service.tick(MIDNIGHT + 3 * DAY);
  expect(await content(await open('copy'))).toEqual(upTo(700));
  expect(await content(service)).toEqual(upTo(6700));
});

test('no checkpoint writes a file anew while it is copied, however much comes', async () => {
  await commit(1, 10);
  const files = await service.backup.begin(join(place, 'copy'));
  service.backup.resume();
  // 500 000 rows of some 35 bytes: more than the 16 MiB of log after which DuckDB would checkpoint.
  for (let from = 11; from < 500_011; from += 100_000) {
    const points = Array.from({ length: 100_000 }, (_, index) => ({
      series: REGISTER,
      timeMs: MIDNIGHT + (from + index) * 1000,
      value: from + index,
      n: from + index,
    }));
    await service.commit({ ...request(points), newSeries, nowMs: MIDNIGHT });
  }
  await copyAll(files);
  await service.backup.end();
  expect(await content(await open('copy'))).toEqual(upTo(10));
});

test('nothing is dropped, sorted or rolled up before the end', async () => {
  await commit(1, 10);
  const files = await service.backup.begin(join(place, 'copy'));
  service.backup.resume();
  let isOver = false;
  const dropping = service.applyRetention(MIDNIGHT + 40 * DAY).finally(() => {
    isOver = true;
  });
  for (let n = 11; n < 31; n++) await commit(n, n);
  await copyAll(files);
  expect(isOver).toBe(false);
  await service.backup.end();
  expect(await dropping).toHaveLength(2);
  expect(await content(await open('copy'))).toEqual(upTo(10));
});

test('commits wait from the moment until they are let go on, reads do not', async () => {
  await commit(1, 10);
  const files = await service.backup.begin(join(place, 'copy'));
  let isStored = false;
  const waiting = commit(11, 20).then(() => {
    isStored = true;
  });
  expect(await content(service)).toEqual(upTo(10));
  expect(isStored).toBe(false);
  service.backup.resume();
  await waiting;
  await copyAll(files);
  expect(await content(await open('copy'))).toEqual(upTo(10));
});

test('one at a time; after its end there is room for the next', async () => {
  await commit(1, 10);
  await service.backup.begin(join(place, 'copy'));
  await expect(service.backup.begin(join(place, 'copy'))).rejects.toMatchObject({ code: 'BACKUP_RUNNING' });
  await service.backup.end();
  await commit(11, 20);
  mkdirSync(join(place, 'second'));
  const files = await service.backup.begin(join(place, 'second'));
  service.backup.resume();
  await copyAll(files);
  await service.backup.end();
  expect(await content(await open('second'))).toEqual(upTo(20));
});

test('nothing is copied after the end', async () => {
  await commit(1, 10);
  const [file] = await service.backup.begin(join(place, 'copy'));
  service.backup.resume();
  await service.backup.end();
  await expect(service.backup.copy(file?.name ?? '')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
});

test('a store that is closed gives its backup up', async () => {
  await commit(1, 10);
  await service.backup.begin(join(place, 'copy'));
  const waiting = commit(11, 20);
  await service.close();
  opened.splice(0);
  await waiting;
  expect(await content(await open('original'))).toEqual(upTo(20));
});
