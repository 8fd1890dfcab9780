import { readFileSync } from 'node:fs';
import { recordsIn, wrongBooks } from '../compare/books.ts';
import { compare, type Verdict } from '../compare/compare.ts';
import { EdgeTime } from '../compare/edge-time.ts';
import type { Excuses } from '../compare/excuse.ts';
import { type GivenDevice, givenAnswers } from '../compare/given-answers.ts';
import type { StoredRow } from '../compare/match-stored.ts';
import { noOnesWindows } from '../compare/no-ones.ts';
import { FAULT_KINDS, type FaultKind, type Stage, type Target } from '../plan/fault.ts';
import { FaultLog } from '../plan/fault-log.ts';
import { planFaults } from '../plan/plan.ts';
import type { EdgeLayout, Pairing } from '../system/layout.ts';
import { System } from '../system/system.ts';
import { FaultPlayer } from './fault-player.ts';
import type { Profile } from './profile.ts';
import { becomeReady, type Quiet, silenceDevices, waitForQuiet } from './quiet.ts';
import { readExplanations, readRejected } from './read-accounts.ts';
import { readApi } from './read-api.ts';
import { readDuckDb } from './read-duckdb.ts';
import { readInflux } from './read-influx.ts';

const READY_TIMEOUT_MS = 60_000;

export interface RunSettings {
  readonly pairing: Pairing;
  readonly seed: number;
  readonly profile: Profile;
  /** For everything that the run writes; made when it is not there. */
  readonly folder: string;
  /** Module that breaks the server on purpose. */
  readonly serverPreload?: string;
  /** Which faults are played; all of them without this. Kills are played as the profile says. */
  readonly kinds?: readonly FaultKind[];
  /** Which processes are killed; all of them without this. */
  readonly targets?: readonly Target[];
  readonly say: (line: string) => void;
}

export interface RunResult {
  readonly pairing: Pairing;
  readonly seed: number;
  readonly log: FaultLog;
  readonly untried: readonly string[];
  readonly quiet: Quiet;
  /** What lies in the store. */
  readonly store: Verdict;
  /** What the API shows of it. */
  readonly api: Verdict;
  /** Where the server's own account does not hold. */
  readonly books: readonly string[];
  readonly tookMs: number;
}

/** Starts a system, breaks it as the seed says, lets it come to rest, and compares what was given out with what is stored. */
export async function runPairing(settings: RunSettings): Promise<RunResult> {
  const { pairing, profile, folder, seed, say } = settings;
  const startMs = performance.now();
  const { serverPreload } = settings;
  const preload = serverPreload === undefined ? {} : { serverPreload };
  const system = await System.start({ pairing, size: profile.size, folder, ...preload });
  try {
    await becomeReady(system, READY_TIMEOUT_MS);
    say(`${profile.kills} kills and ${profile.others} other faults in ${profile.durationMs / 1000} s`);
    const log = await breakSystem(system, settings);
    await silenceDevices(system);
    const quiet = await waitForQuiet(system, profile.quietTimeoutMs);
    say(`quiet after ${(quiet.afterMs / 1000).toFixed(1)} s; comparing`);
    const verdicts = await judge(system, log, quiet);
    const tookMs = Math.round(performance.now() - startMs);
    return { pairing, seed, log, untried: system.untried, quiet, ...verdicts, tookMs };
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

async function breakSystem(system: System, { profile, seed, kinds, targets }: RunSettings): Promise<FaultLog> {
  const log = new FaultLog();
  const whole = stageOf(system);
  const processes = whole.processes.filter((name) => targets?.includes(name) !== false);
  const plan = planFaults({ ...profile, seed, stage: { ...whole, processes }, kinds: kinds ?? FAULT_KINDS });
  await new FaultPlayer(system, log).play(plan, profile.durationMs);
  system.heal();
  return log;
}

async function judge(system: System, log: FaultLog, quiet: Quiet) {
  const given = givenAnswers(readFileSync(system.ledgerFile, 'utf8'));
  const shown: StoredRow[] = [];
  for (const device of given.keys()) for (const row of await readApi(system.api, device)) shown.push(row);
  await system.stopEdges();
  await system.stopServer();
  const stored = await readStore(system);
  const excuses = excusesOf(system, log);
  return {
    store: compare(given, stored, excuses),
    api: compare(given, shown, excuses),
    books: [...wrongBooks(quiet.reports), ...quiet.restless, ...miscounted(stored, given, excuses, quiet)],
  };
}

function readStore({ influx, telemetryFolder }: System): Promise<StoredRow[]> {
  return influx ? readInflux(influx) : readDuckDb(telemetryFolder);
}

function excusesOf(system: System, { faults }: FaultLog): Excuses {
  const edges = system.edges.map(({ name }) => name);
  const times = new Map(edges.map((edge) => [edge, new EdgeTime(faults, edge)]));
  const none = new EdgeTime([], '');
  const homes = homesOf(system.edges);
  return {
    rejected: readRejected(system.rejectsFolder),
    windows: noOnesWindows(faults, system.edges),
    faults,
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

/** The server counts as many records stored as there are; one whose values were all set aside counts and is not there. */
function miscounted(
  rows: readonly StoredRow[],
  given: ReadonlyMap<string, GivenDevice>,
  { edgeOf, rejected }: Excuses,
  { reports }: Quiet,
): string[] {
  const records = recordsIn(
    rows.filter(({ device }) => given.has(device)),
    edgeOf,
  );
  return [...reports].flatMap(([edge, { delivery }]) => {
    const own = records.get(edge) ?? 0;
    const setAside = new Set([...rejected].filter((key) => edgeOf(key.split(' ')[0] ?? '') === edge)).size;
    const isRight = own <= delivery.stored && delivery.stored <= own + setAside;
    return isRight ? [] : [`${edge}: ${delivery.stored} records are stored by the server's count, ${own} are there`];
  });
}
