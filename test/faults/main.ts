/**
 * The ledger test: simulated devices write down every value they give out, a real system of processes is broken by a seeded
 * plan, and what was given out is compared with what is stored.
 *
 *     npm run test:faults                     all brokers with all stores, the long run, and the proofs of the test
 *     npm run test:faults -- --broker mosquitto --store influxdb --minutes 5 --kills 40 --seed 7
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { backupTable } from './backup-report.ts';
import { FAULT_KINDS, type FaultKind } from './plan/fault.ts';
import { backupMoment } from './plan/plan.ts';
import { isGood, proofTable, reportDetails, reportJson, reportTable } from './report.ts';
import { runBacklog } from './run/backlog.ts';
import { availablePairings } from './run/parts.ts';
import { LONG_PROFILE, type Profile, SHORT_PROFILE, settingsOf } from './run/profile.ts';
import { PROOFS, type ProofResult, runProof } from './run/proof.ts';
import { type RunResult, runPairing } from './run/run-pairing.ts';
import { SPOILS } from './run/spoils.ts';
import { BROKERS, type BrokerKind, type Pairing, STORES, type StoreKind } from './system/layout.ts';

interface Options {
  readonly seed: number;
  readonly minutes: number;
  readonly kills: number;
  readonly others: number;
  readonly devices: number;
  readonly edges: number;
  readonly broker: BrokerKind | 'all';
  readonly store: StoreKind | 'all';
  readonly only?: readonly FaultKind[];
  readonly backlogMinutes: number;
  readonly proof: boolean;
  readonly data?: string;
  readonly json?: string;
}

/** Faults that last long need a long run. */
const LONG_FROM_MINUTES = 4;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function profileOf({ minutes, kills, others, edges, devices }: Options): Profile {
  const base = minutes < LONG_FROM_MINUTES ? SHORT_PROFILE : LONG_PROFILE;
  const size = { ...base.size, edges, busesPerEdge: devices };
  return { ...base, durationMs: minutes * 60_000, kills, others, size };
}

/** Runs that were made, and those that could not be made to the end. */
class Campaign {
  readonly results: RunResult[] = [];
  readonly proofs: ProofResult[] = [];
  readonly failures: string[] = [];
  readonly #base: string;
  readonly #options: Options;

  constructor(base: string, options: Options) {
    this.#base = base;
    this.#options = options;
  }

  async run(): Promise<void> {
    const { seed, minutes, backlogMinutes, proof, only } = this.#options;
    const pairings = availablePairings(this.#options, say);
    const narrowing = only ? { kinds: only } : {};
    for (const pairing of minutes > 0 ? pairings : []) {
      const planned = settingsOf(profileOf(this.#options), seed, narrowing);
      const backup = { atMs: backupMoment(seed, planned.durationMs), spoils: proof ? SPOILS : [] };
      const settings = { ...planned, backup };
      await this.#take(`${nameOf(pairing)}, seed ${seed}`, (to) => runPairing({ pairing, ...settings, ...to }));
    }
    for (const pairing of backlogMinutes > 0 ? pairings : []) {
      const cutMs = backlogMinutes * 60_000;
      await this.#take(`${nameOf(pairing)}, backlog`, (to) => runBacklog({ pairing, cutMs, ...to }));
    }
    const stores = new Set(pairings.map(({ store }) => store));
    for (const one of proof ? PROOFS.filter(({ store }) => stores.has(store)) : []) {
      await this.#guarded(`${one.store}, ${one.name}`, async (to) => {
        this.proofs.push(await runProof(one, { seed, ...to }));
      });
    }
  }

  get isGood(): boolean {
    const { results, proofs, failures } = this;
    return failures.length === 0 && results.every(isGood) && proofs.every(({ found }) => found > 0);
  }

  async #take(name: string, run: (to: Destination) => Promise<RunResult>): Promise<void> {
    await this.#guarded(name, async (to) => {
      const result = await run(to);
      this.results.push(result);
      for (const line of reportDetails(result)) to.say(line);
      for (const line of [...reportTable([result]), ...backupTable([result])]) say(line);
    });
  }

  async #guarded(name: string, work: (to: Destination) => Promise<void>): Promise<void> {
    const sayNamed = (line: string) => say(`${name}: ${line}`);
    try {
      await work({ folder: mkdtempSync(join(this.#base, `${name.replaceAll(/[^a-z0-9]+/g, '-')}-`)), say: sayNamed });
    } catch (error) {
      const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.failures.push(`${name}: ${words}`);
      sayNamed(words);
    }
  }
}

/** Where a run puts its files and its words. */
interface Destination {
  readonly folder: string;
  readonly say: (line: string) => void;
}

function nameOf({ broker, store }: Pairing): string {
  return `${broker} and ${store}`;
}

async function main(options: Options): Promise<void> {
  // What was started ends with this process; what was mounted is unmounted when it exits in order.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      console.error(`ended by ${signal}`);
      process.exit(1);
    });
  }
  const keeps = options.data !== undefined;
  const base = keeps ? resolve(options.data) : mkdtempSync(join(tmpdir(), 'gridwarden-faults-'));
  mkdirSync(base, { recursive: true });
  const campaign = new Campaign(base, options);
  await campaign.run();
  const { results, proofs, failures, isGood: isFine } = campaign;
  for (const line of [...reportTable(results), ...backupTable(results), ...proofTable(proofs), ...failures]) say(line);
  if (options.json !== undefined) writeFileSync(options.json, reportJson(results));
  if (isFine && !keeps) rmSync(base, { recursive: true, force: true });
  else say(`files and logs are in ${base}`);
  process.exitCode = isFine ? 0 : 1;
}

function whole(min: number, max: number) {
  return (text: string): number => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`a whole number from ${min} to ${max} is wanted`);
  };
}

function minutes(text: string): number {
  const value = Number(text);
  if (value >= 0 && value <= 10_000) return value;
  throw new InvalidArgumentError('a number of minutes is wanted');
}

function kinds(text: string): FaultKind[] {
  return text.split(',').map((name) => {
    const kind = FAULT_KINDS.find((known) => known === name);
    if (kind === undefined) throw new InvalidArgumentError(`kinds are ${FAULT_KINDS.join(', ')}`);
    return kind;
  });
}

await new Command('test:faults')
  .description('Breaks a running system in every way the plan knows and compares what was read with what is stored')
  .option('--seed <number>', 'the same seed gives the same plan', whole(0, 4_294_967_295), 1)
  .option('--minutes <number>', 'how long each pairing is broken', minutes, LONG_PROFILE.durationMs / 60_000)
  .option('--kills <number>', 'kills in each pairing', whole(0, 100_000), LONG_PROFILE.kills)
  .option('--others <number>', 'faults of other kinds in each pairing', whole(0, 100_000), LONG_PROFILE.others)
  .option('--edges <number>', 'edges', whole(1, 20), LONG_PROFILE.size.edges)
  .option('--devices <number>', 'devices of each edge', whole(1, 200), LONG_PROFILE.size.busesPerEdge)
  .addOption(new Option('--broker <kind>', 'which broker').choices([...BROKERS, 'all']).default('all'))
  .addOption(new Option('--store <kind>', 'which store').choices([...STORES, 'all']).default('all'))
  .option('--only <kinds>', 'beside kills only faults of these kinds, with commas between', kinds)
  .option('--backlog-minutes <number>', 'how long an edge with 1000 devices has no broker; 0: not at all', minutes, 6)
  .option('--no-proof', 'leave out the systems that are broken on purpose')
  .option('--data <dir>', 'keep configuration, data and logs of the runs here')
  .option('--json <file>', 'write the whole report as JSON')
  .action(main)
  .parseAsync();
