import { describe, test } from 'vitest';
import type { Found } from './find.ts';

/**
 * The part, when it is here. When it is not, a test is registered that is skipped with the reason, so that the run says
 * what it could not try; in CI (`CI=true`) that test fails, because there nothing may go untried.
 *
 *     const influxd = requirePart('InfluxDB', findInfluxd());
 */
export function requirePart<Part>(name: string, lookup: Found<Part>): Part | undefined {
  if (lookup.found) return lookup.part;
  test(`needs ${name}`, (context) => {
    if (process.env.CI === 'true') throw new Error(`${name}: ${lookup.reason}`);
    context.skip(lookup.reason);
  });
  return undefined;
}

/** Tests that need a part: they are only defined when it is here; otherwise `requirePart` says why not. */
export function describeWithPart<Part>(name: string, lookup: Found<Part>, define: (part: Part) => void): void {
  describe(name, () => {
    const part = requirePart(name, lookup);
    if (part !== undefined) define(part);
  });
}
