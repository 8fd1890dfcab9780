/**
 * Runs the tests with vitest and says at the end, in plain lines, what was skipped and why.
 *
 *     npm test                            all of them, but test/bench
 *     npm test -- test/unit/edge          a folder or file
 *     npm test -- --project unit -t name  any option of vitest
 */
import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { createVitest, parseCLI, type TestModule, type TestRunResult, TestsNotFoundError } from 'vitest/node';
import { type Outcome, summarize } from './summary.ts';

const ROOT = join(import.meta.dirname, '..');

/** A path is meant from where the user stands; vitest reads it from the project's folder. */
function fromRoot(filter: string): string {
  const path = resolve(filter);
  return existsSync(path) ? relative(ROOT, path) : filter;
}

function outcomesOf(module: TestModule): Outcome[] {
  return [...module.children.allTests()].map((test): Outcome => {
    const name = `${module.relativeModuleId} > ${test.fullName}`;
    const result = test.result();
    // A test that never ended, because its file was given up, is one that failed.
    if (result.state === 'pending') return { name, state: 'failed' };
    if (result.state === 'skipped') return { name, state: 'skipped', ...(result.note ? { note: result.note } : {}) };
    return { name, state: result.state };
  });
}

/** True for a file that failed although none of its tests did: it, or a hook of it, threw. */
function isBroken(module: TestModule): boolean {
  return module.state() === 'failed' && outcomesOf(module).every(({ state }) => state !== 'failed');
}

function print(lines: readonly string[]): Promise<void> {
  return new Promise((done) => process.stdout.write(`\n${lines.join('\n')}\n`, () => done()));
}

/** What was run, as far as the user asked for it: a name (`-t`) leaves out all other tests without a word. */
interface Run {
  readonly result: TestRunResult;
  readonly isChosen: (outcome: Outcome) => boolean;
}

async function run(args: readonly string[]): Promise<Run> {
  const { filter, options } = parseCLI(['vitest', 'run', ...args]);
  const isChosen = ({ state, note }: Outcome): boolean =>
    options.testNamePattern === undefined || state !== 'skipped' || note !== undefined;
  const vitest = await createVitest({ ...options, root: ROOT, watch: false });
  try {
    return { result: await vitest.start(filter.map(fromRoot)), isChosen };
  } catch (error) {
    if (error instanceof TestsNotFoundError) return { result: { testModules: [], unhandledErrors: [] }, isChosen };
    throw error;
  } finally {
    await vitest.close();
  }
}

const { result, isChosen } = await run(process.argv.slice(2));
const { lines, exitCode } = summarize(result.testModules.flatMap(outcomesOf).filter(isChosen), {
  brokenFiles: result.testModules.filter(isBroken).length,
  strayErrors: result.unhandledErrors.length,
  isCi: process.env.CI === 'true',
});
await print(lines);
process.exit(exitCode);
