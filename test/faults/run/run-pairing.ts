import { readFileSync } from 'node:fs';
import { leftWaiting } from '../compare/books.ts';
import { compare, type Verdict } from '../compare/compare.ts';
import { EdgeTime } from '../compare/edge-time.ts';
import type { Excuses } from '../compare/excuse.ts';
import { givenAnswers } from '../compare/given-answers.ts';
import type { StoredRow } from '../compare/match-stored.ts';
import { miscounted } from '../compare/miscounts.ts';
import { noOnesWindows } from '../compare/no-ones.ts';
import { witnessAcks } from '../evidence/ack-witness.ts';
import { edgeDeaths } from '../evidence/edge-deaths.ts';
import { type Stall, watchStalls } from '../evidence/stall-watch.ts';
import type { PlannedFault, Stage } from '../plan/fault.ts';
import { FaultLog } from '../plan/fault-log.ts';
import { type EdgeLayout, GROUP, type Pairing, type Size } from '../system/layout.ts';
import { type Preload, System } from '../system/system.ts';
import { type BackupVerdict, checkBackup } from './check-backup.ts';
import { FaultPlayer } from './fault-player.ts';
import { type BackupAttempts, backUp } from './live-backup.ts';
import { becomeReady, lastReports, type Quiet, silenceDevices, waitForQuiet } from './quiet.ts';
import { readExplanations, readRejected } from './read-accounts.ts';
import { readApi } from './read-api.ts';
import { readDuckDb } from './read-duckdb.ts';
import { readInflux } from './read-influx.ts';
import type { Spoil } from './spoils.ts';
import { watchBooks } from './watch-books.ts';

const READY_TIMEOUT_MS = 60_000;
const NO_BACKUP = 'backup: the one of the server holds no readings with InfluxDB, which has its own tool for them';

export interface RunSettings {
  readonly pairing: Pairing;
  readonly size: Size;
  /** How long it is broken; the plan may end earlier. */
  readonly durationMs: number;
  /** What is done to it, given what can be done. */
  readonly plan: (stage: Stage) => readonly PlannedFault[];
  /** How long the end may take until nothing waits. */
  readonly quietTimeoutMs: number;
  /** For everything that the run writes; made when it is not there. */
  readonly folder: string;
  /** Module that breaks a process on purpose. */
  readonly preload?: Preload;
  /** A backup that is made in the middle of it, restored at the end and compared; not with InfluxDB. */
  readonly backup?: BackupSettings;
  readonly say: (line: string) => void;
}

export interface BackupSettings {
  /** From the start of the faults. */
  readonly atMs: number;
  /** What the comparison has to find, in places that are restored besides. */
  readonly spoils: readonly Spoil[];
}

export interface RunResult {
  readonly pairing: Pairing;
  readonly log: FaultLog;
  readonly untried: readonly string[];
  /** When the machine did not get on. */
  readonly stalls: readonly Stall[];
  readonly quiet: Quiet;
  /** What lies in the store. */
  readonly store: Verdict;
  /** What the API shows of it. */
  readonly api: Verdict;
  /** Where the server's own account does not hold. */
  readonly books: readonly string[];
  /** What was restored from the backup; undefined when none was asked for. */
  readonly backup?: BackupVerdict;
  readonly tookMs: number;
}

/** Starts a system, breaks it as planned, lets it come to rest, and compares what was given out with what is stored. */
export async function runPairing(settings: RunSettings): Promise<RunResult> {
  const { pairing, size, folder, preload, quietTimeoutMs, say } = settings;
  const startMs = performance.now();
  const system = await System.start({ pairing, size, folder, ...(preload ? { preload } : {}) });
  try {
    await becomeReady(system, READY_TIMEOUT_MS);
    await using watch = watchStalls(system.path('beat'));
    await using books = watchBooks(system);
    const { log, attempts } = await breakSystem(system, settings);
    await silenceDevices(system);
    const quiet = await waitForQuiet(system, quietTimeoutMs);
    const wrong = await books.stop();
    say(
      `quiet after ${(quiet.afterMs / 1000).toFixed(1)} s; ${system.wire.sentMs.size} records were seen on their way; comparing`,
    );
    const { stalls } = watch;
    const { original, ...verdicts } = await judge(system, log, quiet, stalls);
    const spoils = settings.backup?.spoils ?? [];
    const backup = attempts ? { backup: await checkBackup(system, attempts, original, spoils) } : {};
    const tookMs = Math.round(performance.now() - startMs);
    const all = [...wrong, ...verdicts.books];
    return { pairing, log, untried: system.untried, stalls, quiet, ...verdicts, books: all, ...backup, tookMs };
  } finally {
    await system.stop();
  }
}

/** What may be done to this system on this machine. */
export function stageOf(system: System): Stage {
  const edges = system.edges.map(({ name }) => name);
  const store = system.gate ? ['store'] : [];
  return {
    processes: [...system.breakables.keys()],
    links: [...system.links.keys()],
    others: {
      torn_outbox: edges,
      torn_backlog: edges,
      disk_full: [...system.disks.keys()],
      clock_step: [...system.clocks.keys()],
      store_busy: store,
      store_down: store,
      line_refused: store,
    },
  };
}

async function breakSystem(system: System, { plan, durationMs, backup, say }: RunSettings): Promise<Broken> {
  const log = new FaultLog();
  const faults = plan(stageOf(system));
  const kills = faults.filter(({ kind }) => kind === 'kill').length;
  say(`${kills} kills and ${faults.length - kills} other faults in ${Math.round(durationMs / 1000)} s`);
  const player = new FaultPlayer(system, log);
  if (backup && system.influx) system.untried.push(NO_BACKUP);
  const attempts = await playWith(system, player, backup, () => player.play(faults, durationMs));
  system.heal();
  return { log, attempts };
}

interface Broken {
  readonly log: FaultLog;
  /** Undefined when no backup was asked for, or none holds the readings. */
  readonly attempts: BackupAttempts | undefined;
}

/** Plays, and has a backup made meanwhile. */
async function playWith(
  system: System,
  player: FaultPlayer,
  backup: BackupSettings | undefined,
  play: () => Promise<void>,
): Promise<BackupAttempts | undefined> {
  if (!backup || system.influx) {
    await play();
    return undefined;
  }
  await using witness = witnessAcks(system.brokerUrl, GROUP);
  const abort = new AbortController();
  const making = backUp({ system, player, acks: witness.acks, signal: abort.signal }, backup.atMs);
  // It is awaited when the faults are over; what goes wrong before must not end the run by itself.
  making.catch(() => undefined);
  try {
    await play();
  } catch (error) {
    abort.abort();
    await Promise.allSettled([making]);
    throw error;
  }
  return await making;
}

async function judge(system: System, log: FaultLog, quiet: Quiet, stalls: readonly Stall[]) {
  // Reading the ledger holds up the links, which are in this process: edges would note devices that do not answer.
  await system.stopEdges();
  const reports = await lastReports(system, quiet);
  const given = givenAnswers(readFileSync(system.ledgerFile, 'utf8'));
  const shown: StoredRow[] = [];
  for (const device of given.keys()) for (const row of await readApi(system.api, device)) shown.push(row);
  await system.stopServer();
  const stored = await readStore(system);
  const excuses = excusesOf(system, log, stalls);
  const ofDevices = stored.filter(({ device }) => given.has(device));
  const isApart = system.influx !== undefined;
  return {
    store: compare(given, stored, excuses),
    api: compare(given, shown, excuses),
    original: { given, stored, excuses, reports },
    books: [...leftWaiting(reports), ...quiet.restless, ...miscounted(ofDevices, excuses, reports, isApart)],
  };
}

function readStore({ influx, telemetryFolder }: System): Promise<StoredRow[]> {
  return influx ? readInflux(influx) : readDuckDb(telemetryFolder);
}

function excusesOf(system: System, { faults }: FaultLog, stalls: readonly Stall[]): Excuses {
  const edges = system.edges.map(({ name }) => name);
  const times = new Map(edges.map((edge) => [edge, new EdgeTime(faults, edge)]));
  const none = new EdgeTime([], '');
  const homes = homesOf(system.edges);
  return {
    rejected: readRejected(system.rejectsFolder),
    windows: noOnesWindows(faults, system.edges, stalls),
    faults,
    deaths: edgeDeaths(faults),
    sentMs: system.wire.sentMs,
    explanations: readExplanations(system.stateFile, edges),
    edgeOf: (device) => homes.get(device) ?? '',
    timeOf: (edge) => times.get(edge) ?? none,
  };
}

/** The edge of each device. */
function homesOf(edges: readonly EdgeLayout[]): Map<string, string> {
  return new Map(
    edges.flatMap(({ name, buses }) =>
      buses.flatMap(({ devices }) => devices.map(({ id }): [string, string] => [id, name])),
    ),
  );
}
