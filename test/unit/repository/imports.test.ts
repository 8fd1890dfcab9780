import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importsOf, ROOT, sourceFiles, textOf } from './tree.ts';

/** Which folders a file may import from, by the first rule whose folder it lies in. */
const RULES: readonly { readonly folder: string; readonly allowed: readonly string[] }[] = [
  { folder: 'edge/protocol/', allowed: ['edge/protocol/'] },
  { folder: 'edge/platform/', allowed: ['edge/platform/'] },
  { folder: 'edge/', allowed: ['edge/'] },
  { folder: 'server/analytics/', allowed: ['server/analytics/'] },
  // The documents of the API carry the version that package.json has.
  { folder: 'server/', allowed: ['server/', 'edge/protocol/', 'edge/platform/', 'package.json'] },
  // The demo starts processes and knows neither side.
  { folder: 'simulators/demo/', allowed: ['simulators/', 'edge/platform/'] },
  { folder: 'simulators/', allowed: ['simulators/', 'edge/protocol/', 'edge/platform/', 'edge/profiles/'] },
];

/** Only these may name an implementation from a folder of another part. */
const IMPURE_IN_ANALYTICS = /^node:(?!assert)|^(pino|ws|mqtt|fastify|@duckdb|@influxdata)/;

function targetOf(file: string, specifier: string): string {
  return normalize(join(dirname(file), specifier));
}

function violations(file: string, text: string): string[] {
  const rule = RULES.find(({ folder }) => file.startsWith(folder));
  if (!rule) return [];
  return importsOf(text)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => targetOf(file, specifier))
    .filter(
      (target) => !target.startsWith('node_modules/') && !rule.allowed.some((folder) => target.startsWith(folder)),
    )
    .map((target) => `${file} must not import ${target}; allowed: ${rule.allowed.join(', ')}`);
}

describe('imports run one way', () => {
  const files = sourceFiles().filter((file) => !file.startsWith('test/'));

  it('keeps every folder within what it may know', () => {
    expect(files.length).toBeGreaterThan(50);
    expect(files.flatMap((file) => violations(file, textOf(file)))).toEqual([]);
  });

  it('keeps analytics free of I/O', () => {
    const impure = files
      .filter((file) => file.startsWith('server/analytics/'))
      .flatMap((file) =>
        importsOf(textOf(file))
          .filter((name) => IMPURE_IN_ANALYTICS.test(name))
          .map((name) => `${file}: ${name}`),
      );
    expect(impure).toEqual([]);
  });

  it('imports nothing that is not there', () => {
    const missing = files.flatMap((file) =>
      importsOf(textOf(file))
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => targetOf(file, specifier.replace(/\?.*$/, '')))
        .filter((target) => !existsSync(join(ROOT, target)))
        .map((target) => `${file}: ${target}`),
    );
    expect(missing.filter((entry) => !entry.startsWith('server/web/'))).toEqual([]);
  });

  it('notices a forbidden import', () => {
    expect(violations('edge/protocol/x.ts', "import { a } from '../platform/errors.ts';")).toHaveLength(1);
    expect(violations('server/api/x.ts', "import type { a } from '../../edge/modbus/buses.ts';")).toHaveLength(1);
    expect(violations('server/api/x.ts', "import { a } from '../../edge/protocol/topics.ts';")).toEqual([]);
  });
});
