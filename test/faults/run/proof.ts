import { join } from 'node:path';
import type { StoreKind } from '../system/layout.ts';
import { type Profile, SHORT_PROFILE, settingsOf } from './profile.ts';
import { type RunResult, runPairing } from './run-pairing.ts';

/** A server that is broken on purpose, and what the comparison must then find. */
export interface Proof {
  readonly name: string;
  /** Module of test/faults/broken that is loaded into the server. */
  readonly module: string;
  readonly store: StoreKind;
  readonly mustFind: 'missing' | 'duplicate';
}

export const PROOFS: readonly Proof[] = [
  { name: 'acknowledged before the commit', module: 'ack-before-commit.ts', store: 'duckdb', mustFind: 'missing' },
  { name: 'ranges kept apart from the rows', module: 'ranges-apart.ts', store: 'duckdb', mustFind: 'duplicate' },
  { name: 'acknowledged before the commit', module: 'ack-before-commit.ts', store: 'influxdb', mustFind: 'missing' },
  {
    name: 'ranges kept apart from lines that carry their time of receipt',
    module: 'receipt-time.ts',
    store: 'influxdb',
    mustFind: 'duplicate',
  },
];

const PROFILE: Profile = { ...SHORT_PROFILE, durationMs: 9000, kills: 3, others: 0 };

export interface ProofResult {
  readonly proof: Proof;
  readonly result: RunResult;
  /** How many values were found as they had to be. */
  readonly found: number;
}

/** Runs a broken server under kills; the test of tests is good when it finds something. */
export async function runProof(
  proof: Proof,
  { seed, folder, say }: { seed: number; folder: string; say: (line: string) => void },
): Promise<ProofResult> {
  const result = await runPairing({
    pairing: { broker: 'embedded', store: proof.store },
    ...settingsOf(PROFILE, seed, { processes: ['server'] }),
    folder,
    serverPreload: join(import.meta.dirname, '../broken', proof.module),
    say,
  });
  return { proof, result, found: result.store[proof.mustFind].count };
}
