import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

interface Timeouts {
  readonly testTimeoutMs: number;
  readonly hookTimeoutMs: number;
}

/**
 * One kind of tests, a folder below test/. Kinds run one after the other (`order`), so that what starts real servers
 * does not share the machine with what only computes.
 */
function kind(name: string, order: number, workers: number, timeouts: Timeouts): TestProjectInlineConfiguration {
  return {
    test: {
      name,
      include: [`test/${name}/**/*.test.ts`],
      pool: 'forks',
      maxWorkers: workers,
      fileParallelism: workers > 1,
      sequence: { groupOrder: order },
      testTimeout: timeouts.testTimeoutMs,
      hookTimeout: timeouts.hookTimeoutMs,
      // How long expect.poll waits for what must come; it returns at once when it is there, so a slow machine only waits.
      expect: { poll: { timeout: timeouts.testTimeoutMs / 2, interval: 20 } },
    },
  };
}

export default defineConfig({
  test: {
    projects: [
      kind('unit', 0, 2, { testTimeoutMs: 20_000, hookTimeoutMs: 20_000 }),
      kind('golden', 1, 2, { testTimeoutMs: 20_000, hookTimeoutMs: 20_000 }),
      kind('contract', 2, 2, { testTimeoutMs: 60_000, hookTimeoutMs: 60_000 }),
      kind('integration', 3, 2, { testTimeoutMs: 60_000, hookTimeoutMs: 60_000 }),
      kind('e2e', 4, 1, { testTimeoutMs: 180_000, hookTimeoutMs: 180_000 }),
    ],
  },
});
