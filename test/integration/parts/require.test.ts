import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

const REPOSITORY = join(import.meta.dirname, '../../..');

/** Runs vitest in a folder of its own on a test that needs a part that is not here. */
function runWithoutPart(env: Record<string, string>): { status: number | null; report: unknown } {
  const root = mkdtempSync(join(tmpdir(), 'gridwarden-missing-part-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  symlinkSync(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'));
  writeFileSync(
    join(root, 'missing.test.ts'),
    `import { expect, test } from 'vitest';
     import { describeWithPart } from '${join(REPOSITORY, 'test/parts/require.ts')}';
     describeWithPart('Nothing', { found: false, reason: 'it was never made' }, () => {
       test('never defined', () => expect.unreachable());
     });`,
  );
  const vitest = join(REPOSITORY, 'node_modules/vitest/vitest.mjs');
  const report = join(root, 'report.json');
  const args = [vitest, 'run', '--root', root, '--reporter=json', `--outputFile=${report}`];
  const { status } = spawnSync(process.execPath, args, { env: { ...process.env, ...env } });
  return { status, report: JSON.parse(readFileSync(report, 'utf8')) };
}

test('a part that is missing is a skip that says why', () => {
  const { status, report } = runWithoutPart({ CI: '' });
  expect(status).toBe(0);
  expect(report).toMatchObject({ numTotalTests: 1, numPendingTests: 1, numFailedTests: 0 });
});

test('a part that is missing is a failure in CI', () => {
  const { status, report } = runWithoutPart({ CI: 'true' });
  expect(status).toBe(1);
  expect(report).toMatchObject({ numTotalTests: 1, numFailedTests: 1 });
  expect(JSON.stringify(report)).toContain('Nothing: it was never made');
});
