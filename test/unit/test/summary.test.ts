import { describe, expect, test } from 'vitest';
import { type Outcome, summarize } from '../../summary.ts';

const passed: Outcome = { name: 'a > works', state: 'passed' };
const failed: Outcome = { name: 'a > fails', state: 'failed' };
const skipped: Outcome = { name: 'a > needs InfluxDB', state: 'skipped', note: 'npm run parts installs it' };
const clean = { brokenFiles: 0, strayErrors: 0, isCi: false };

describe('the last line of a run', () => {
  test.each([
    ['all passed', [passed, passed], clean, '2 passed, 0 failed, 0 skipped', 0],
    ['one failed', [passed, failed], clean, '1 passed, 1 failed, 0 skipped', 1],
    ['one skipped', [passed, skipped], clean, '1 passed, 0 failed, 1 skipped', 0],
    ['one skipped in CI', [passed, skipped], { ...clean, isCi: true }, '1 passed, 0 failed, 1 skipped', 1],
    ['a file that cannot be loaded', [passed], { ...clean, brokenFiles: 2 }, '1 passed, 2 failed, 0 skipped', 1],
    ['an error outside of any test', [passed], { ...clean, strayErrors: 1 }, '1 passed, 1 failed, 0 skipped', 1],
    ['nothing run', [], clean, '0 passed, 0 failed, 0 skipped', 1],
    ['only skips', [skipped], clean, '0 passed, 0 failed, 1 skipped', 1],
  ] as const)('%s', (_what, outcomes, circumstances, line, exitCode) => {
    const summary = summarize(outcomes, circumstances);
    expect(summary.lines.at(-1)).toBe(line);
    expect(summary.exitCode).toBe(exitCode);
  });
});

test('skips are told by reason, with some of their names', () => {
  const others = ['b', 'c', 'd'].map((name): Outcome => ({ ...skipped, name }));
  const unexplained: Outcome = { name: 'e', state: 'skipped' };
  const { lines } = summarize([passed, skipped, ...others, unexplained], clean);
  expect(lines.slice(0, -1)).toEqual([
    'skipped:',
    '  a > needs InfluxDB, b, c, and 1 more: npm run parts installs it',
    '  e: no reason given',
  ]);
});
