import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The root of the repository. */
export const ROOT = join(import.meta.dirname, '../../..');

/** Every file that git tracks or would track. */
export function repositoryFiles(): string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  return [...new Set(listed.split('\0').filter((file) => file !== ''))];
}

export function textOf(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

const SOURCE = /\.(ts|tsx|mjs)$/;

/** Our own source files: no generated code, no packages. */
export function sourceFiles(): string[] {
  return repositoryFiles().filter((file) => SOURCE.test(file) && !file.includes('/gen/'));
}

/** The module specifiers that a source file imports or exports from. */
export function importsOf(text: string): string[] {
  const statement =
    /(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s*['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)\s*import\s*['"]([^'"]+)['"]/g;
  return [...text.matchAll(statement)].flatMap((match) => [match[1] ?? match[2] ?? match[3] ?? '']);
}
