import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { delimiter, join, sep } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createProject, lockfile, type Project } from './launch/project.ts';

const PROGRAM = `
import { execFileSync } from 'node:child_process';
const node = execFileSync('node', ['-p', 'process.execPath'], { encoding: 'utf8' }).trim();
console.log(JSON.stringify({ args: process.argv.slice(2), cwd: process.cwd(), initCwd: process.env.INIT_CWD, node, self: process.execPath }));
`;

function createInstalled(): Project {
  const project = createProject();
  project.write('node_modules/.package-lock.json', lockfile('1.0.0'));
  project.write('tools/program.ts', PROGRAM);
  mkdirSync(project.path('sub/folder'), { recursive: true });
  return project;
}

/** The Nodes of this machine that are not the project's: the launcher must run on each that is 20 or newer. */
function foreignNodes(): string[] {
  const candidates = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => !folder.includes(`${sep}node_modules${sep}`))
    .map((folder) => join(folder, 'node'))
    .filter((path) => existsSync(path));
  const isSupported = (path: string): boolean =>
    Number(spawnSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout.split('.')[0]) >= 20;
  return [...new Set(candidates)].filter(isSupported);
}

describe('a program is run', () => {
  test('with its arguments, untouched', async () => {
    const project = createInstalled();
    const { stdout } = await project.launch(['tools/program.ts', '--page', '--config', 'a b.yaml', '']);
    expect(JSON.parse(stdout)).toMatchObject({ args: ['--page', '--config', 'a b.yaml', ''] });
  });

  test('in the folder of the user when npm changed into the project', async () => {
    const project = createInstalled();
    const folder = project.path('sub/folder');
    const { stdout } = await project.launch(['tools/program.ts'], { env: { INIT_CWD: folder } });
    const seen: unknown = JSON.parse(stdout);
    expect(seen).toMatchObject({ cwd: realpathSync(folder) });
    expect(seen).not.toHaveProperty('initCwd');
  });

  test('in the folder of whoever runs the launcher from elsewhere, whatever an outer npm left', async () => {
    const project = createInstalled();
    const folder = project.path('sub/folder');
    const { stdout } = await project.launch(['tools/program.ts'], {
      cwd: folder,
      env: { INIT_CWD: project.path('sub') },
    });
    expect(JSON.parse(stdout)).toMatchObject({ cwd: realpathSync(folder) });
  });

  test('with a PATH on which `node` is the one that runs it', async () => {
    const project = createInstalled();
    const { stdout } = await project.launch(['tools/program.ts']);
    const seen = JSON.parse(stdout) as { node: string; self: string };
    expect(realpathSync(seen.node)).toBe(realpathSync(seen.self));
  });

  test.each(foreignNodes())('from %s', async (node) => {
    const project = createInstalled();
    const folder = project.path(`node_modules/node-linux-${process.arch}/bin`);
    mkdirSync(folder, { recursive: true });
    spawnSync('ln', ['-s', process.execPath, join(folder, 'node')]);
    const { code, stdout, stderr } = await project.launch(['tools/program.ts', 'x'], { node });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ args: ['x'] });
  });
});

describe('wrong use is an error', () => {
  test.each([[[]], [['--pages', 'x.ts']]])('%j', async (args) => {
    const project = createInstalled();
    const { code, stderr } = await project.launch(args);
    expect(code).toBe(1);
    expect(stderr).toContain('usage: ');
  });

  test('a script that does not exist', async () => {
    const project = createInstalled();
    const { code, stderr } = await project.launch(['tools/nothing.ts']);
    expect(code).toBe(1);
    expect(stderr).toContain('there is no tools/nothing.ts');
  });
});
