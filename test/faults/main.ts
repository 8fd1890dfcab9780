/**
 * The ledger test: simulated devices write down every value they give out, a real system of processes is broken by a seeded
 * plan, and what was given out is compared with what is stored.
 *
 *     npm run test:faults                                   all brokers with all stores, the long run
 *     npm run test:faults -- --broker mosquitto --store influxdb --minutes 5 --kills 40 --seed 7
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { findInfluxd, findMosquitto } from '../parts/find.ts';
import { FAULT_KINDS, type FaultKind } from './plan/fault.ts';
import { isGood, reportDetails, reportJson, reportTable } from './report.ts';
import { LONG_PROFILE, type Profile, SHORT_PROFILE } from './run/profile.ts';
import { type RunResult, runPairing } from './run/run-pairing.ts';
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
  readonly data?: string;
  readonly json?: string;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Faults that last long need a long run. */
const LONG_FROM_MINUTES = 4;

function profileOf({ minutes, kills, others, edges, devices }: Options): Profile {
  const base = minutes < LONG_FROM_MINUTES ? SHORT_PROFILE : LONG_PROFILE;
  const size = { ...base.size, edges, busesPerEdge: devices };
  return { ...base, durationMs: minutes * 60_000, kills, others, size };
}

/** The pairings asked for that this machine has the parts for; says which it has not. */
function pairingsOf(options: Options): Pairing[] {
  const missing = new Map<string, string>();
  const [mosquitto, influxd] = [findMosquitto(), findInfluxd()];
  if (!mosquitto.found) missing.set('mosquitto', mosquitto.reason);
  if (!influxd.found) missing.set('influxdb', influxd.reason);
  else if (influxd.part.kind === 'running') missing.set('influxdb', 'one that was running before cannot be killed');
  const brokers = BROKERS.filter((kind) => options.broker === 'all' || kind === options.broker);
  const stores = STORES.filter((kind) => options.store === 'all' || kind === options.store);
  for (const kind of [...brokers, ...stores]) {
    if (missing.has(kind)) say(`not tried: ${kind}: ${missing.get(kind)}`);
  }
  return brokers.flatMap((broker) =>
    stores.flatMap((store) => (missing.has(broker) || missing.has(store) ? [] : [{ broker, store }])),
  );
}

async function run(options: Options): Promise<void> {
  const keeps = options.data !== undefined;
  const base = keeps ? resolve(options.data) : mkdtempSync(join(tmpdir(), 'gridwarden-faults-'));
  mkdirSync(base, { recursive: true });
  const results: RunResult[] = [];
  const failures: string[] = [];
  for (const pairing of pairingsOf(options)) {
    const name = `${pairing.broker}-${pairing.store}`;
    const folder = mkdtempSync(join(base, `${name}-`));
    const sayNamed = (line: string) => say(`${name}: ${line}`);
    try {
      const result = await runPairing({
        pairing,
        seed: options.seed,
        profile: profileOf(options),
        folder,
        say: sayNamed,
        ...(options.only && { kinds: options.only }),
      });
      results.push(result);
      for (const line of reportDetails(result)) sayNamed(line);
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      sayNamed(failures.at(-1) ?? '');
    }
  }
  for (const line of reportTable(results)) say(line);
  if (options.json !== undefined) writeFileSync(options.json, reportJson(results));
  const isFine = failures.length === 0 && results.length > 0 && results.every(isGood);
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

function positive(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 10_000) return value;
  throw new InvalidArgumentError('a number above 0 is wanted');
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
  .option('--minutes <number>', 'how long each pairing is broken', positive, LONG_PROFILE.durationMs / 60_000)
  .option('--kills <number>', 'kills in each pairing', whole(0, 100_000), LONG_PROFILE.kills)
  .option('--others <number>', 'faults of other kinds in each pairing', whole(0, 100_000), LONG_PROFILE.others)
  .option('--edges <number>', 'edges', whole(1, 20), LONG_PROFILE.size.edges)
  .option('--devices <number>', 'devices of each edge', whole(1, 200), LONG_PROFILE.size.busesPerEdge)
  .addOption(new Option('--broker <kind>', 'which broker').choices([...BROKERS, 'all']).default('all'))
  .addOption(new Option('--store <kind>', 'which store').choices([...STORES, 'all']).default('all'))
  .option('--only <kinds>', 'only faults of these kinds, with commas between', kinds)
  .option('--data <dir>', 'keep configuration, data and logs of the runs here')
  .option('--json <file>', 'write the whole report as JSON')
  .action(run)
  .parseAsync();
