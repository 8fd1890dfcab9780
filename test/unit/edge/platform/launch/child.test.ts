import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createProject, lockfile, type Project } from './project.ts';

/** A program that writes down each signal, and ends on SIGTERM or when the file `end` appears. */
const LISTENER = `
import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM']) {
  process.on(signal, () => {
    appendFileSync('signals', signal + '\\n');
    if (signal === 'SIGTERM') process.exit(5);
  });
}
writeFileSync('pid', String(process.pid));
setInterval(() => { if (existsSync('end')) process.exit(6); }, 10);
console.log('ready');
`;

function createInstalled(program: string): Project {
  const project = createProject();
  project.write('node_modules/.package-lock.json', lockfile('1.0.0'));
  project.write('program.ts', program);
  return project;
}

/** False also for a process that has ended and that the machine's first process has not collected yet. */
function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !stat.slice(stat.lastIndexOf(')')).startsWith(') Z');
  } catch {
    return false;
  }
}

describe('the launcher ends as its program does', () => {
  test('with its exit code', async () => {
    const project = createInstalled('process.exit(42);');
    expect(await project.launch(['program.ts'])).toMatchObject({ code: 42, signal: null });
  });

  test.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)('with %s', async (signal) => {
    const project = createInstalled(`process.kill(process.pid, '${signal}'); setInterval(() => {}, 1000);`);
    expect(await project.launch(['program.ts'])).toMatchObject({ code: null, signal });
  });

  test('when its work is done, although it watches the launcher', async () => {
    const project = createInstalled("console.log('done');");
    expect(await project.launch(['program.ts'])).toMatchObject({ code: 0, stdout: 'done\n' });
  });
});

describe('signals reach the program', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('%s to the launcher', async (signal) => {
    const project = createInstalled(LISTENER);
    const launch = project.start(['program.ts']);
    await launch.printed('ready');
    launch.process.kill(signal);
    await expect.poll(() => project.lines('signals')).toEqual([signal]);
    if (signal !== 'SIGTERM') project.write('end', '');
    expect(await launch.ended).toMatchObject({ code: signal === 'SIGTERM' ? 5 : 6 });
  });

  test('once, when the terminal signals the group and npm passes the signal on', async () => {
    const project = createInstalled(LISTENER);
    const launch = project.start(['program.ts'], { ownGroup: true });
    await launch.printed('ready');
    process.kill(-(launch.process.pid ?? 0), 'SIGINT');
    // Apart, so that the kernel does not merge them into one before the launcher sees the first.
    for (let times = 0; times < 5; times += 1) {
      await delay(5);
      launch.process.kill('SIGINT');
    }
    await expect.poll(() => project.lines('signals')).toEqual(['SIGINT']);
    launch.process.kill('SIGTERM');
    expect(await launch.ended).toMatchObject({ code: 5 });
    expect(project.lines('signals')).toEqual(['SIGINT', 'SIGTERM']);
  });
});

describe('no program is left behind', () => {
  test('when the launcher is killed with SIGKILL', async () => {
    const project = createInstalled(LISTENER);
    const launch = project.start(['program.ts']);
    await launch.printed('ready');
    const pid = Number(readFileSync(project.path('pid'), 'utf8'));
    launch.process.kill('SIGKILL');
    await expect.poll(() => isRunning(pid)).toBe(false);
    expect(project.lines('signals')).toEqual(['SIGTERM']);
  });

  test('but its children that inherit the watch are not ended by it', async () => {
    const project = createInstalled(`
      import { fork } from 'node:child_process';
      const child = fork('./grandchild.ts');
      child.once('message', () => child.disconnect());
      child.once('exit', (code, signal) => console.log('grandchild', code, signal));
    `);
    project.write(
      'grandchild.ts',
      "process.send('up'); process.once('disconnect', () => setTimeout(() => process.exit(9), 50));",
    );
    expect(await project.launch(['program.ts'])).toMatchObject({ code: 0, stdout: 'grandchild 9 null\n' });
    expect(existsSync(project.path('signals'))).toBe(false);
  });
});
