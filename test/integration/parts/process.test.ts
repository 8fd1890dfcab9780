import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startPartProcess } from '../../parts/process.ts';

const PROCESS = join(import.meta.dirname, '../../parts/process.ts');

/** False also for a process that has ended and that the machine's first process has not collected yet. */
function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !stat.slice(stat.lastIndexOf(')')).startsWith(') Z');
  } catch {
    return false;
  }
}

test('a part ends when the test run that started it is killed', async () => {
  const program = `
    import { startPartProcess } from '${PROCESS}';
    const part = await startPartProcess({ name: 'sleep', command: 'sleep', args: ['600'], isReady: async () => true });
    process.stdout.write(String(part.pid));
  `;
  const run = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output]: Buffer[] = await once(run.stdout, 'data');
  const pid = Number(output);
  expect(isRunning(pid)).toBe(true);
  run.kill('SIGKILL');
  await expect.poll(() => isRunning(pid)).toBe(false);
});

test('a part that ends before it is ready is an error with its output', async () => {
  const args = ['-c', 'echo cannot go on >&2; exit 3'];
  const started = startPartProcess({ name: 'thing', command: 'sh', args, isReady: () => Promise.resolve(false) });
  await expect(started).rejects.toThrow('thing ended with 3:\ncannot go on');
});

test('a part that does not exist is an error', async () => {
  const started = startPartProcess({
    name: 'thing',
    command: '/nothing/here',
    args: [],
    isReady: () => Promise.resolve(false),
  });
  await expect(started).rejects.toThrow(/nothing\/here/);
});

test('stop lets a part close its files, kill does not', async () => {
  const args = ['-c', 'trap "echo closing; exit 0" TERM; echo up; while :; do sleep 0.01; done'];
  for (const [how, closes] of [
    ['stop', true],
    ['kill', false],
  ] as const) {
    let up = false;
    const part = await startPartProcess({
      name: 'shell',
      command: 'sh',
      args,
      isReady: async () => up,
      onOutput: () => {
        up = true;
      },
    });
    expect(part.isRunning()).toBe(true);
    await part[how]();
    expect(part.isRunning()).toBe(false);
    expect(part.output().includes('closing')).toBe(closes);
  }
});
