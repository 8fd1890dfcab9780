import { type SpawnSyncOptions, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const MODULE = join(import.meta.dirname, '../../../../edge/platform/log-output.ts');

/** A program with an output `out`. */
function script(text: string): string[] {
  const begin = `import { LogOutput } from ${JSON.stringify(MODULE)}; const out = new LogOutput(1);`;
  return ['--input-type=module', '-e', `${begin}\n${text}`];
}

function run(text: string, options: SpawnSyncOptions = {}) {
  return spawnSync(process.execPath, script(text), { encoding: 'utf8', timeout: 10_000, ...options });
}

it('keeps the order, and every line of a process that ends at once', () => {
  const { stdout } = run(`for (let i = 0; i < 5000; i++) out.write(i + '\\n'); setTimeout(() => {
    for (let i = 5000; i < 6000; i++) out.write(i + '\\n'); process.exit(); }, 50);`);
  const numbers = String(stdout).trimEnd().split('\n').map(Number);
  // What is written beside the event loop just when the process ends may come after its last lines.
  expect(numbers.slice(0, 5000)).toEqual(Array.from({ length: 5000 }, (_, i) => i));
  expect(new Set(numbers)).toEqual(new Set(Array.from({ length: 6000 }, (_, i) => i)));
});

it('a reader that went away keeps no process from ending', async () => {
  const child = spawn(
    process.execPath,
    script(`setInterval(() => out.write('x\\n'), 5); setTimeout(process.exit, 300);`),
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  child.stdout.destroy();
  expect(await once(child, 'exit')).toEqual([0, null]);
});

it.runIf(existsSync('/dev/full'))('a full disk keeps no process from ending, and costs the lines only', () => {
  const full = openSync('/dev/full', 'w');
  const { status, stderr } = run(
    `out.write('a\\n'); setTimeout(() => { out.write('b\\n'); console.error('end'); process.exit(); }, 50)`,
    {
      stdio: ['ignore', full, 'pipe'],
    },
  );
  expect([status, stderr]).toEqual([0, 'end\n']);
});

it('what a slow reader leaves is bounded', () => {
  const text = `const line = 'x'.repeat(1000) + '\\n'; for (let i = 0; i < 10_000; i++) out.write(line); process.exit();`;
  const { stdout } = run(text, { maxBuffer: 64 << 20 });
  expect(String(stdout).length).toBeLessThan(2 << 20);
});
