import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT, repositoryFiles, sourceFiles, textOf } from './tree.ts';

/** Files that may be longer, each with its reason. */
const LONG_FILES: Readonly<Record<string, string>> = {};
const MAX_LINES = 350;
/** Tests hold many small cases of one subject. */
const MAX_TEST_LINES = 450;

/** Each word list names what must not stand in the repository, and what to write instead. */
const FORBIDDEN: readonly { readonly pattern: RegExp; readonly instead: string; readonly files: RegExp }[] = [
  {
    pattern: /\b(TODO|FIXME|XXX|HACK)\b/,
    instead: 'an issue, or the work itself',
    files: /\.(ts|tsx|mjs|md|yaml|yml)$/,
  },
  {
    pattern: /:\s*any\s*([;,)=\]|&>]|$)|\bas any\s*([;,)\].]|$)|<any>/,
    instead: 'unknown, narrowed',
    files: /\.tsx?$/,
  },
  {
    pattern: /@ts-(ignore|expect-error|nocheck)|biome-ignore/,
    instead: 'code that the checker accepts',
    files: /\.(tsx?|mjs)$/,
  },
  { pattern: /\b(it|test|describe)\.(only|todo)\b/, instead: 'the whole suite', files: /\.test\.ts$/ },
  { pattern: /\.\.\/shared|\/work\/|\/tmp\/brief/, instead: 'a fact with its public source', files: /^(?!\.ci\/)/ },
  {
    pattern: /registry\.(npmjs|yarnpkg)|proxy\.golang|pypi\.org|deb\.debian\.org|crates\.io/,
    instead: 'the package name alone',
    files: /./,
  },
];

const SELF = 'test/unit/repository/tidy.test.ts';
const BINARY = /\.(png|ico|woff2?|gz|parquet|pb|bin)$/;

describe('the repository', () => {
  const files = repositoryFiles().filter((file) => existsSync(join(ROOT, file)));

  it('holds what a good repository has', () => {
    const wanted = [
      'README.md',
      'LICENSE',
      'CHANGELOG.md',
      '.ci/run',
      'package-lock.json',
      'docker-compose.yml',
      'biome.json',
    ];
    expect(wanted.filter((file) => !files.includes(file))).toEqual([]);
  });

  it('has nothing at the top level without a reason', () => {
    const known =
      /^(edge|server|simulators|test|\.ci)\/|^(package(-lock)?\.json|tsconfig\.json|biome\.json|vitest\.config\.ts|docker-compose\.yml|Dockerfile|\.dockerignore|\.gitignore|\.editorconfig|README\.md|LICENSE|CHANGELOG\.md|\.npmrc)$/;
    expect(files.filter((file) => !known.test(file))).toEqual([]);
  });

  it.each(FORBIDDEN)('has no $pattern (write $instead)', ({ pattern, files: where }) => {
    const found = files
      .filter((file) => file !== SELF && where.test(file) && !BINARY.test(file) && !file.includes('/gen/'))
      .flatMap((file) =>
        textOf(file)
          .split('\n')
          .flatMap((line, index) =>
            pattern.test(line) && file !== 'package-lock.json' ? [`${file}:${index + 1}: ${line.trim()}`] : [],
          ),
      );
    expect(found).toEqual([]);
  });

  it('names no registry host in the lockfile but the one that npm writes by default', () => {
    const hosts = new Set(
      [...textOf('package-lock.json').matchAll(/"resolved": "https?:\/\/([^/"]+)/g)].map((match) => match[1]),
    );
    expect([...hosts]).toEqual([]);
  });

  it(`has no source file above ${MAX_LINES} lines`, () => {
    const long = sourceFiles()
      .filter((file) => existsSync(join(ROOT, file)) && LONG_FILES[file] === undefined)
      .map((file) => ({ file, lines: textOf(file).split('\n').length }))
      .filter(({ file, lines }) => lines > (file.startsWith('test/') ? MAX_TEST_LINES : MAX_LINES));
    expect(long).toEqual([]);
  });

  it('passes the linter and the type checker', { timeout: 180_000 }, () => {
    const bin = (name: string) => join(ROOT, 'node_modules', '.bin', name);
    const run = (command: string, args: string[]) => {
      try {
        execFileSync(bin(command), args, { cwd: ROOT, encoding: 'utf8', stdio: 'pipe', maxBuffer: 64 << 20 });
        return '';
      } catch (error) {
        const output = error as { stdout?: string; stderr?: string };
        return `${output.stdout ?? ''}${output.stderr ?? ''}`;
      }
    };
    expect(run('biome', ['check', '--error-on-warnings', '.'])).toBe('');
    expect(run('tsc', ['--noEmit', '-p', 'tsconfig.json'])).toBe('');
    expect(run('tsc', ['--noEmit', '-p', 'server/web/tsconfig.json'])).toBe('');
  });
});
