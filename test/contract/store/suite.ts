import { afterAll, afterEach, beforeEach, describe } from 'vitest';
import type { StoreFactory, StoreUnderTest } from './harness.ts';
import { bucketContract } from './suite-buckets.ts';
import { commitContract } from './suite-commit.ts';
import { differenceContract } from './suite-differences.ts';
import { exportContract } from './suite-exports.ts';
import { importContract } from './suite-imports.ts';
import { keyContract } from './suite-keys.ts';
import { rangeContract } from './suite-ranges.ts';
import { retentionContract } from './suite-retention.ts';

/** What every telemetry store must do; run on each implementation. */
export function storeContract(name: string, make: StoreFactory, after?: () => Promise<void>): void {
  describe(`${name} keeps the contract of a telemetry store`, () => {
    let current: StoreUnderTest | undefined;
    beforeEach(async () => {
      current = await make();
    });
    afterEach(async () => {
      await current?.stop();
    });
    if (after) afterAll(after);
    const under = (): StoreUnderTest => {
      if (!current) throw new Error('no store is open');
      return current;
    };
    commitContract(under);
    keyContract(under);
    rangeContract(under);
    bucketContract(under);
    differenceContract(under);
    retentionContract(under);
    importContract(under);
    exportContract(under);
  });
}
