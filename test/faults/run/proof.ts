import { join } from 'node:path';
import type { PlannedFault, Stage } from '../plan/fault.ts';
import { edgesOf, LINK, type StoreKind } from '../system/layout.ts';
import type { Preload } from '../system/system.ts';
import { type Profile, SHORT_PROFILE, settingsOf } from './profile.ts';
import { type RunResult, runPairing } from './run-pairing.ts';

/** A process that is broken on purpose, and what the comparison must then find. */
export interface Proof {
  readonly name: string;
  /** Module of test/faults/broken, and what it is loaded into. */
  readonly module: string;
  readonly into: Preload['into'];
  readonly store: StoreKind;
  readonly mustFind: 'missing' | 'duplicate';
}

export const PROOFS: readonly Proof[] = [
  {
    name: 'acknowledged before the commit',
    module: 'ack-before-commit.ts',
    into: 'server',
    store: 'duckdb',
    mustFind: 'missing',
  },
  {
    name: 'ranges kept apart from the rows',
    module: 'ranges-apart.ts',
    into: 'server',
    store: 'duckdb',
    mustFind: 'duplicate',
  },
  {
    name: 'a block of the outbox forgotten at a start',
    module: 'forgotten-block.ts',
    into: 'edges',
    store: 'duckdb',
    mustFind: 'missing',
  },
  {
    name: 'acknowledged before the commit',
    module: 'ack-before-commit.ts',
    into: 'server',
    store: 'influxdb',
    mustFind: 'missing',
  },
  {
    name: 'ranges kept apart from lines that carry their time of receipt',
    module: 'receipt-time.ts',
    into: 'server',
    store: 'influxdb',
    mustFind: 'duplicate',
  },
];

const PROFILE: Profile = { ...SHORT_PROFILE, durationMs: 12_000, kills: 0, others: 0 };

/**
 * The server is killed when it has long been at work again: what is killed while it starts, or before the edges are back,
 * holds nothing that could be lost or doubled, and a slow machine needs seconds for that.
 */
function killedAtWork(): PlannedFault[] {
  return [4000, 11_000].map((atMs) => ({ atMs, kind: 'kill', target: 'server', forMs: 300, choice: 0 }));
}

/** Each edge is killed while it has no broker, so that its outbox holds what nobody else knows. */
function killedInTheDark({ processes }: Stage): PlannedFault[] {
  const edges = processes.filter((name) => edgesOf(PROFILE.size).some((edge) => edge.name === name));
  const cuts = edges.map((edge) => ({ atMs: 1000, kind: 'cut', target: LINK.broker(edge), forMs: 4000 }) as const);
  const kills = edges.map((target) => ({ atMs: 4000, kind: 'kill', target, forMs: 300 }) as const);
  return [...cuts, ...kills].map((fault) => ({ ...fault, choice: 0 }));
}

export interface ProofResult {
  readonly proof: Proof;
  readonly result: RunResult;
  /** How many values were found as they had to be. */
  readonly found: number;
}

/** Runs a broken system under kills; the test of tests is good when it finds something. */
export async function runProof(
  proof: Proof,
  { seed, folder, say }: { seed: number; folder: string; say: (line: string) => void },
): Promise<ProofResult> {
  const result = await runPairing({
    pairing: { broker: 'embedded', store: proof.store },
    ...settingsOf(PROFILE, seed),
    plan: proof.into === 'edges' ? killedInTheDark : killedAtWork,
    folder,
    preload: { into: proof.into, module: join(import.meta.dirname, '../broken', proof.module) },
    say,
  });
  return { proof, result, found: result.store[proof.mustFind].count };
}
