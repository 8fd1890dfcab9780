import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest';
import { backupTable } from '../../faults/backup-report.ts';
import { backupMoment } from '../../faults/plan/plan.ts';
import { isGood, reportDetails, reportTable } from '../../faults/report.ts';
import { SHORT_PROFILE, settingsOf } from '../../faults/run/profile.ts';
import { PROOFS, runProof } from '../../faults/run/proof.ts';
import { type RunResult, runPairing } from '../../faults/run/run-pairing.ts';
import { SPOILS } from '../../faults/run/spoils.ts';
import type { Pairing } from '../../faults/system/layout.ts';
import { findInfluxd, findMosquitto } from '../../parts/find.ts';
import { describeWithPart } from '../../parts/require.ts';

const SEED = 1;

/** The short run of the ledger test; `npm run test:faults` is the long one. */
describe('nothing is lost, stored twice or altered', { timeout: 180_000 }, () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gridwarden-faults-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function runShort(pairing: Pairing, { annotate }: TestContext): Promise<void> {
    const planned = settingsOf(SHORT_PROFILE, SEED);
    const backup = { atMs: backupMoment(SEED, planned.durationMs), spoils: SPOILS };
    const result = await runPairing({ pairing, ...planned, backup, folder, say: () => undefined });
    for (const words of result.untried) await annotate(`not tried: ${words}`);
    expect(result.log.kills).toBeGreaterThanOrEqual(10);
    expect(isGood(result), wordsOf(result)).toBe(true);
    // What the backup holds is compared, and what was spoiled of it is found, where the store is the server's own.
    expect(result.backup !== undefined).toBe(pairing.store === 'duckdb');
  }

  function wordsOf(result: RunResult): string {
    return ['', ...reportTable([result]), ...backupTable([result]), ...reportDetails(result)].join('\n');
  }

  it('with the embedded broker and DuckDB', (context) => runShort({ broker: 'embedded', store: 'duckdb' }, context));

  describeWithPart('Mosquitto', findMosquitto(), () => {
    describeWithPart('InfluxDB', findInfluxd(), ({ kind }) => {
      it('with Mosquitto and InfluxDB', (context) => {
        if (kind === 'running') context.skip('an InfluxDB that was running before cannot be killed');
        return runShort({ broker: 'mosquitto', store: 'influxdb' }, context);
      });
    });
  });

  // The same comparison must find out what is broken on purpose, or it proves nothing.
  it.each(PROOFS.filter(({ store }) => store === 'duckdb'))('finds out what is broken: $name', async (proof) => {
    const { found, result } = await runProof(proof, { seed: SEED, folder, say: () => undefined });
    expect(found, wordsOf(result)).toBeGreaterThan(0);
  });
});
