import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, test } from 'vitest';
import { RangeSet } from '../../../edge/protocol/ranges.ts';
import type { TelemetryStore } from '../../../server/store/telemetry-store.ts';
import { STREAM } from '../../contract/store/batch.ts';
import { openDuckDb } from './duckdb-store.ts';
import { ledgerBatch, ledgerSeries } from './ledger-batch.ts';

const NOW = Date.UTC(2026, 2, 10, 12);
const DAY = 86_400_000;
const KILLS = 6;
const folder = mkdtempSync(join(tmpdir(), 'gridwarden-kill-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface WriterLog {
  /** The last number of the last batch that was acknowledged. */
  readonly storedTo: number;
  /** The last number of the last batch that was begun. */
  readonly triedTo: number;
}

/** Runs the writer until it has acknowledged `batches` batches and is in the middle of the next, then kills it. */
async function writeAndKill(first: number, batches: number, delayMs: number): Promise<WriterLog> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'duckdb-writer.ts'), folder, `${first}`, `${NOW}`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let storedTo = first - 1;
  let triedTo = first - 1;
  let stored = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const [word, , to] = line.split(' ');
    if (word === 'trying') triedTo = Number(to);
    if (word === 'stored') {
      storedTo = Number(to);
      stored += 1;
    }
    // The delay only moves the moment of the kill within a commit; nothing waits for it.
    if (word === 'trying' && stored === batches) setTimeout(() => kill(child), delayMs);
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return { storedTo, triedTo };
}

function kill(child: ChildProcess): void {
  child.kill('SIGKILL');
}

/** How often each record stands in each series. */
async function countRecords(store: TelemetryStore, series: readonly number[]): Promise<Map<number, number[]>> {
  const rows = await store.read({ series, fromMs: NOW - 5 * DAY, toMs: NOW + DAY, maxRows: 1e7 });
  const counts = new Map<number, number[]>();
  for (const [position, row] of rows.entries()) {
    for (const n of row.value) {
      const own = counts.get(n) ?? series.map(() => 0);
      own[position] = (own[position] ?? 0) + 1;
      counts.set(n, own);
    }
  }
  return counts;
}

const isFast = (n: number) => n % 50 === 0 || n % 5 !== 0;
const isRegister = (n: number) => n % 5 === 0;

test(`${KILLS} times kill -9 in the middle of commits: ranges and rows agree, nothing acknowledged is lost, nothing is there twice`, async () => {
  let next = 1;
  for (let round = 0; round < KILLS; round++) {
    const { storedTo, triedTo } = await writeAndKill(next, 3 + ((round * 17) % 40), (round * 13) % 29);
    expect(storedTo).toBeGreaterThanOrEqual(next);
    const { store } = await openDuckDb(folder, NOW);
    const { fast, registers } = ledgerSeries(store);
    const all = [...fast, ...registers];
    const once = (n: number) => [
      ...fast.map(() => (isFast(n) ? 1 : 0)),
      ...registers.map(() => (isRegister(n) ? 1 : 0)),
    ];
    const received = new RangeSet((await store.received()).find(({ stream }) => stream.epoch === STREAM.epoch)?.ranges);
    // What was acknowledged is received, and nothing that was never begun.
    expect(received.missingIn(1, storedTo)).toEqual([]);
    expect(received.max ?? 0).toBeLessThanOrEqual(triedTo);
    const rows = await countRecords(store, all);
    for (let n = 1; n <= triedTo; n++) {
      if (received.has(n)) expect([n, ...(rows.get(n) ?? [])]).toEqual([n, ...once(n)]);
      // A record of both classes lies in two files; until the second is committed it is not received, and will be sent again.
      else if (n % 50 !== 0) expect([n, rows.get(n)]).toEqual([n, undefined]);
    }
    // The edge sends what is not settled again; then everything is there exactly once.
    for (const [from, to] of received.missingIn(1, triedTo)) {
      await store.commit(ledgerBatch({ fast, registers }, from, to, NOW));
    }
    expect((await store.received()).map(({ ranges }) => ranges)).toEqual([[[1, triedTo]]]);
    const after = await countRecords(store, all);
    for (let n = 1; n <= triedTo; n++) expect([n, ...(after.get(n) ?? [])]).toEqual([n, ...once(n)]);
    await store.close();
    next = triedTo + 1;
  }
}, 180_000);
