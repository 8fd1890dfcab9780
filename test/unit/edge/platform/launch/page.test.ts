import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { addPage, createProject, importLauncher, type Project } from './project.ts';

const { PAGE_SOURCES } = await importLauncher<{ PAGE_SOURCES: readonly string[] }>('page.mjs');
const REPOSITORY = join(import.meta.dirname, '../../../../..');

function createWithPage(): Project {
  const project = createProject();
  addPage(project);
  project.write('edge/protocol/quantities.ts', 'export const quantities = 1;');
  project.write('program.ts', "console.log('running');");
  return project;
}

describe('the page', () => {
  test('is built when it is not there, once', async () => {
    const project = createWithPage();
    const first = await project.launch(['--page', 'program.ts']);
    expect(first).toMatchObject({ code: 0, stdout: 'running\n' });
    expect(first.stderr).toMatch(/building the page …\n.*page built in \d+ s\n$/);
    expect(await project.launch(['--page', 'program.ts'])).toMatchObject({ code: 0, stderr: '' });
    expect(project.lines('vite.log')).toEqual(['build --config server/web/vite.config.ts']);
  });

  test('can be built alone', async () => {
    const project = createWithPage();
    expect(await project.launch(['--page'])).toMatchObject({ code: 0, stdout: '' });
    expect(existsSync(project.path('server/web/dist/index.html'))).toBe(true);
  });

  test('is not built when it is not asked for', async () => {
    const project = createWithPage();
    await project.launch(['program.ts']);
    expect(project.lines('vite.log')).toEqual([]);
  });

  test.each(['server/web/main.tsx', 'server/web/new/view.tsx', 'edge/protocol/quantities.ts'])(
    'is built again when %s changes',
    async (source) => {
      const project = createWithPage();
      await project.launch(['--page', 'program.ts']);
      project.write(source, 'export const changed = 2;');
      await project.launch(['--page', 'program.ts']);
      expect(project.lines('vite.log')).toHaveLength(2);
    },
  );

  test('that cannot be built is an error with the words of vite, and the next start tries again', async () => {
    const project = createWithPage();
    project.write('vite-fails', '');
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const failed = await project.launch(['--page', 'program.ts']);
      expect(failed).toMatchObject({ code: 1, stdout: '' });
      expect(failed.stderr).toContain('the page is on fire');
      expect(failed.stderr).toContain('vite ended with exit code 3');
    }
  });
});

/** The files that a file imports by a relative path, types left out: they do not reach the page. */
function importsOf(file: string): string[] {
  const text = readFileSync(file, 'utf8').replaceAll(/(?:import|export) type [^;]+;/g, '');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*['"](\.[^'"]+)['"]/g)].map((match) =>
    join(dirname(file), match[1] ?? ''),
  );
}

/** Everything that the page is made of, as paths in the repository. */
function filesOfPage(): string[] {
  const own = readdirSync(join(REPOSITORY, 'server/web'), { recursive: true, encoding: 'utf8' });
  const waiting = own
    .filter((name) => /\.tsx?$/.test(name) && !/^(dist|node_modules)\//.test(name))
    .map((name) => join(REPOSITORY, 'server/web', name));
  const seen = new Set<string>();
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    if (/\.tsx?$/.test(file)) waiting.push(...importsOf(file));
  }
  return [...seen].map((file) => relative(REPOSITORY, file));
}

test('everything the page imports counts as its source', () => {
  const foreign = filesOfPage().filter((path) => !PAGE_SOURCES.some((source) => path.startsWith(source)));
  expect(foreign, 'add what the page imports to PAGE_SOURCES of edge/platform/launch/page.mjs').toEqual([]);
});
