import { setTimeout as delay } from 'node:timers/promises';
import type { Static } from 'typebox';
import type { Delivery } from '../../../server/api/agents.schema.ts';
import type { BackupsSchema } from '../../../server/api/backups.schema.ts';
import { readManifest } from '../../../server/transfer/manifest.ts';
import { getJson } from '../../support/api-client.ts';
import { BookKeeper } from '../compare/books.ts';
import type { Excuses } from '../compare/excuse.ts';
import type { GivenDevice } from '../compare/given-answers.ts';
import type { StoredRow } from '../compare/match-stored.ts';
import { miscounted } from '../compare/miscounts.ts';
import { compareRestored, type Promised, promisedRecords, type RestoredSight, seenIn } from '../compare/restored.ts';
import { RestoredServer } from '../system/restored-server.ts';
import type { System } from '../system/system.ts';
import { agentReport } from './agents.ts';
import type { BackupAttempts, LiveBackup } from './live-backup.ts';
import { readRejected } from './read-accounts.ts';
import { readApi } from './read-api.ts';
import { readDuckDb } from './read-duckdb.ts';
import { serverCommand } from './server-command.ts';
import type { Spoil } from './spoils.ts';

const READY_TIMEOUT_MS = 20_000;
const POLL_MS = 100;

type Reports = ReadonlyMap<string, { readonly delivery: Delivery }>;

/** What the run has shown of the system that the backup was made of. */
export interface Original {
  readonly given: ReadonlyMap<string, GivenDevice>;
  readonly stored: readonly StoredRow[];
  readonly excuses: Excuses;
  readonly reports: Reports;
}

/** What became of a backup. */
export interface BackupVerdict {
  readonly tries: number;
  /** What became of the tries. */
  readonly notes: readonly string[];
  /** Records that were acknowledged before it began and are stored. */
  readonly acknowledged: number;
  /** What lies in the restored store, and what the API of a server on it shows. */
  readonly store: RestoredSight;
  readonly api: RestoredSight;
  /** Where the account of the restored server does not hold, or why there is none. */
  readonly books: readonly string[];
  /** Places that were spoiled on purpose, each with how much was found of it. */
  readonly spoiled: readonly { readonly spoil: Spoil; readonly found: number }[];
}

/** Restores what was backed up into an empty place, and compares it with the ledger; and so copies of it that are spoiled. */
export async function checkBackup(
  system: System,
  { tries, notes, backup }: BackupAttempts,
  original: Original,
  spoils: readonly Spoil[],
): Promise<BackupVerdict> {
  const { given, stored, excuses } = original;
  const acknowledged = backup?.acknowledged ?? new Set<string>();
  const promised = { given, acknowledged, original: seenIn(given, stored, excuses) };
  const facts = {
    tries,
    notes: [...notes, ...(backup ? [wordsOf(backup, excuses)] : [])],
    acknowledged: promisedRecords(promised),
  };
  const server = await RestoredServer.prepare(system.path('restored'));
  const failure = backup ? await restore(backup, server) : 'no backup was made';
  if (!backup || failure !== undefined) {
    const nothing = compareRestored(promised, [], excuses);
    return { ...facts, store: nothing, api: nothing, books: [failure ?? ''], spoiled: [] };
  }
  const copies: { readonly spoil: Spoil; readonly server: RestoredServer }[] = [];
  for (const [index, spoil] of spoils.entries()) {
    copies.push({ spoil, server: await server.copyTo(system.path(`spoiled-${index + 1}`)) });
  }
  const check = new RestoredCheck(system, original, promised, backup);
  const [whole, ...spoiled] = await Promise.all([check.run(server), ...copies.map((copy) => check.runSpoiled(copy))]);
  return { ...facts, ...whole, spoiled };
}

/** How it was made, and what else was going on. */
function wordsOf({ fromMs, toMs }: LiveBackup, { faults }: Excuses): string {
  const meanwhile = faults.filter((fault) => fault.fromMs < toMs && fault.toMs > fromMs);
  const words = meanwhile.map(({ kind, target }) => `${kind} of ${target}`).join(', ');
  return `it took ${((toMs - fromMs) / 1000).toFixed(1)} s; meanwhile: ${words || 'no fault'}`;
}

/** Why it could not be restored; undefined when it was. */
async function restore({ folder }: LiveBackup, { config }: RestoredServer): Promise<string | undefined> {
  const { code, lastWords } = await serverCommand('restore', folder, config);
  return code === 0 ? undefined : `restore ended with ${code}: ${lastWords}`;
}

class RestoredCheck {
  readonly #system: System;
  readonly #original: Original;
  readonly #promised: Promised;
  readonly #backup: LiveBackup;

  constructor(system: System, original: Original, promised: Promised, backup: LiveBackup) {
    this.#system = system;
    this.#original = original;
    this.#promised = promised;
    this.#backup = backup;
  }

  async runSpoiled({ spoil, server }: { readonly spoil: Spoil; readonly server: RestoredServer }) {
    await spoil.spoil(server.telemetryFolder);
    const { store, books } = await this.run(server);
    return { spoil, found: spoil.mustFind === 'books' ? books.length : store.missing.count };
  }

  async run(server: RestoredServer) {
    const shown = await this.#ask(server);
    const rows = await readDuckDb(server.telemetryFolder);
    const { excuses } = this.#original;
    return {
      store: compareRestored(this.#promised, rows, excuses),
      api: compareRestored(this.#promised, shown.rows, excuses),
      books: [...shown.books, ...this.#miscounted(server, rows, shown.reports)],
    };
  }

  /** Starts the server, and reads what it shows. */
  async #ask(server: RestoredServer): Promise<{ rows: StoredRow[]; reports: Reports; books: string[] }> {
    const rows: StoredRow[] = [];
    const reports = new Map<string, { readonly delivery: Delivery }>();
    await server.process.start();
    try {
      if (!(await this.#becomesReady(server, reports))) {
        return { rows, reports, books: [`the restored server is not ready: ${server.process.lastLines(4)}`] };
      }
      for (const device of this.#original.given.keys()) {
        for (const row of await readApi(server.api, device)) rows.push(row);
      }
      return { rows, reports, books: [...(await comesFrom(server, this.#backup)), ...this.#uneven(reports)] };
    } finally {
      await server.process.stop();
    }
  }

  /** Whether a server knows every edge in time. */
  async #becomesReady(
    { api, process }: RestoredServer,
    reports: Map<string, { delivery: Delivery }>,
  ): Promise<boolean> {
    const endMs = performance.now() + READY_TIMEOUT_MS;
    while (performance.now() < endMs && process.isRunning()) {
      for (const { name } of this.#system.edges) {
        const report = await agentReport(api, name);
        if (report) reports.set(name, report);
      }
      if (reports.size === this.#system.edges.length) return true;
      await delay(POLL_MS);
    }
    return false;
  }

  /** Where the account does not balance, knows less than before the backup, or more than there ever was. */
  #uneven(reports: Reports): string[] {
    const keeper = new BookKeeper();
    const wrong: string[] = [];
    for (const [edge, { delivery }] of reports) {
      keeper.look(edge, delivery);
      const least = this.#backup.stored.get(edge) ?? 0;
      const most = this.#original.reports.get(edge)?.delivery.stored ?? 0;
      if (delivery.stored >= least && delivery.stored <= most) continue;
      wrong.push(`${edge}: ${delivery.stored} records are stored, before the backup ${least}, at the end ${most}`);
    }
    return [...keeper.wrong, ...wrong];
  }

  #miscounted(server: RestoredServer, rows: readonly StoredRow[], reports: Reports): string[] {
    const { given, excuses } = this.#original;
    const ofDevices = rows.filter(({ device }) => given.has(device));
    return miscounted(ofDevices, { ...excuses, rejected: readRejected(server.rejectsFolder) }, reports, false);
  }
}

/** The server says itself from which backup it comes. */
async function comesFrom({ api }: RestoredServer, { folder }: LiveBackup): Promise<string[]> {
  const { restoration } = await getJson<Static<typeof BackupsSchema>>(api, '/api/v1/backups');
  const { id } = await readManifest(folder);
  return restoration?.backup === id ? [] : [`the server says it comes from ${restoration?.backup}, not from ${id}`];
}
