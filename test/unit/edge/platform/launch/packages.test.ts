import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createProject, lockfile, type Project } from './project.ts';

const NPM_CI = 'ci --no-audit --no-fund --include=dev --include=optional';

function createHello(): Project {
  const project = createProject();
  project.write('hello.ts', "const text: string = 'hello'; console.log(text);");
  return project;
}

describe('packages', () => {
  test('are installed when they are missing, once', async () => {
    const project = createHello();
    const first = await project.launch(['hello.ts']);
    expect(first).toMatchObject({ code: 0, stdout: 'hello\n' });
    expect(first.stderr).toMatch(/installing the packages.*\n.*packages installed in \d+ s\n$/);
    const second = await project.launch(['hello.ts']);
    expect(second).toMatchObject({ code: 0, stdout: 'hello\n', stderr: '' });
    expect(project.lines('npm.log')).toEqual([NPM_CI]);
  });

  test('are installed again when the lockfile changed', async () => {
    const project = createHello();
    await project.launch(['hello.ts']);
    project.write('package-lock.json', lockfile('2.0.0'));
    await project.launch(['hello.ts']);
    expect(project.lines('npm.log')).toHaveLength(2);
  });

  test('are left alone when someone else installed the same versions', async () => {
    const project = createHello();
    const installed = { packages: { 'node_modules/a': { version: '1.0.0' } } };
    project.write('node_modules/.package-lock.json', JSON.stringify(installed));
    expect(await project.launch(['hello.ts'])).toMatchObject({ code: 0, stdout: 'hello\n' });
    expect(project.lines('npm.log')).toEqual([]);
  });

  test.each([
    ['another version', { 'node_modules/a': { version: '0.9.0' } }],
    ['a package missing', {}],
    [
      'another version of an optional package',
      { 'node_modules/a': { version: '1.0.0' }, 'node_modules/o': { version: '2' } },
    ],
  ])('are installed over %s', async (_what, packages) => {
    const project = createHello();
    project.write('node_modules/.package-lock.json', JSON.stringify({ packages }));
    await project.launch(['hello.ts']);
    expect(project.lines('npm.log')).toEqual([NPM_CI]);
  });

  test('that cannot be installed are an error with the words of npm, and the next start tries again', async () => {
    const project = createHello();
    project.write('npm-fails', '');
    const failed = await project.launch(['hello.ts']);
    expect(failed).toMatchObject({ code: 1, stdout: '' });
    expect(failed.stderr).toContain('npm error the registry is on fire');
    expect(failed.stderr).toContain('npm ci failed with exit code 7');
    rmSync(project.path('npm-fails'));
    expect(await project.launch(['hello.ts'])).toMatchObject({ code: 0, stdout: 'hello\n' });
  });

  test('without npm on PATH are an error that names it', async () => {
    const project = createHello();
    rmSync(project.path('bin/npm'));
    const failed = await project.launch(['hello.ts'], { env: { PATH: project.path('bin') } });
    expect(failed).toMatchObject({ code: 1 });
    expect(failed.stderr).toContain('npm cannot be started');
  });
});

describe('two launches at once', () => {
  test('install once', async () => {
    const project = createHello();
    project.write('hold', '');
    const first = project.start(['hello.ts']);
    await first.printed('installing');
    const second = project.start(['hello.ts']);
    await second.printed(`waiting for process ${first.process.pid}`);
    rmSync(project.path('hold'));
    expect(await first.ended).toMatchObject({ code: 0, stdout: 'hello\n' });
    expect(await second.ended).toMatchObject({ code: 0, stdout: 'hello\n' });
    expect(project.lines('npm.log')).toEqual([NPM_CI]);
    expect(existsSync(project.path('.cache/packages.lock'))).toBe(false);
  });

  test('do not wait for a launch that died', async () => {
    const project = createHello();
    const dead = spawnSync('/bin/true').pid;
    project.write('.cache/packages.lock', `${dead}:1\n`);
    expect(await project.launch(['hello.ts'])).toMatchObject({ code: 0, stdout: 'hello\n' });
  });

  test('do not wait for a process that only got the number of one that died', async () => {
    const project = createHello();
    project.write('.cache/packages.lock', `${process.pid}:1\n`);
    expect(await project.launch(['hello.ts'])).toMatchObject({ code: 0, stdout: 'hello\n' });
  });

  test('wait for the npm that a killed launch left behind', async () => {
    const project = createHello();
    project.write('hold', '');
    const first = project.start(['hello.ts']);
    await first.printed('installing');
    await expect.poll(() => project.lines('npm.log')).toHaveLength(1);
    // The launch and its npm: a launch killed before it has named its npm leaves nothing to wait for.
    await expect.poll(() => project.lines('.cache/packages.lock')).toHaveLength(2);
    first.process.kill('SIGKILL');
    const second = project.start(['hello.ts']);
    await second.printed('waiting for process');
    writeFileSync(project.path('package-lock.json'), lockfile('1.0.0'));
    rmSync(project.path('hold'));
    expect(await second.ended).toMatchObject({ code: 0, stdout: 'hello\n' });
    expect(project.lines('npm.log')).toEqual([NPM_CI]);
  });
});
