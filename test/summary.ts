/** How one test ended; `note` says why it was skipped. */
export interface Outcome {
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  readonly note?: string;
}

export interface Summary {
  /** What is printed last; the very last line is the count alone. */
  readonly lines: readonly string[];
  readonly exitCode: 0 | 1;
}

/** How many skipped tests of one reason are named. */
const MAX_NAMED = 3;

function describeSkips(skipped: readonly Outcome[]): string[] {
  const byReason = Map.groupBy(skipped, ({ note }) => note ?? 'no reason given');
  return [...byReason].map(([reason, outcomes]) => {
    const names = outcomes.slice(0, MAX_NAMED).map(({ name }) => name);
    const more = outcomes.length > MAX_NAMED ? `, and ${outcomes.length - MAX_NAMED} more` : '';
    return `  ${names.join(', ')}${more}: ${reason}`;
  });
}

/**
 * The closing words of a run and its exit code. `brokenFiles` failed although none of their tests did; they
 * and `strayErrors`, which no test waited for, count as failed. A run without a single test has failed, and in CI also one
 * that skipped something.
 */
export function summarize(
  outcomes: readonly Outcome[],
  {
    brokenFiles,
    strayErrors,
    isCi,
  }: { readonly brokenFiles: number; readonly strayErrors: number; readonly isCi: boolean },
): Summary {
  const count = (state: Outcome['state']): number => outcomes.filter((outcome) => outcome.state === state).length;
  const passed = count('passed');
  const failed = count('failed') + brokenFiles + strayErrors;
  const skipped = outcomes.filter(({ state }) => state === 'skipped');
  const lines: string[] = [];
  if (brokenFiles > 0)
    lines.push(
      `test files that failed outside of their tests (loading, or a hook), each counted as failed: ${brokenFiles}`,
    );
  if (strayErrors > 0) lines.push(`errors that no test waited for, each counted as failed: ${strayErrors}`);
  if (skipped.length > 0) lines.push('skipped:', ...describeSkips(skipped));
  if (skipped.length > 0 && isCi) lines.push('in CI nothing may be skipped, so this run has failed');
  if (passed + failed === 0) lines.push('no test was run');
  lines.push(`${passed} passed, ${failed} failed, ${skipped.length} skipped`);
  const isGood = failed === 0 && passed > 0 && !(isCi && skipped.length > 0);
  return { lines, exitCode: isGood ? 0 : 1 };
}
