import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, relative } from 'node:path';
import type { Row } from './bench.ts';

/**
 * `npm run bench [-- word…]`: every file of a folder below test/bench that exports `benches` is run in a process of its
 * own, one after the other, and its rows are printed as a table of figure, reference in the same run, and ratio.
 * Words choose files by their path.
 */
const HERE = import.meta.dirname;
const words = process.argv.slice(2);

function benchFiles(): string[] {
  return readdirSync(HERE, { recursive: true, encoding: 'utf8' })
    .filter((file) => /^[^/]+\/[^/]+\.ts$/.test(file) && exportsBenches(join(HERE, file)))
    .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
    .sort()
    .map((file) => join(HERE, file));
}

function exportsBenches(file: string): boolean {
  return /^export const benches\b/m.test(readFileSync(file, 'utf8'));
}

/** Prints the rows of each bench when they are there. False when the file failed. */
async function runFile(file: string): Promise<boolean> {
  const child = spawn(process.execPath, [join(HERE, 'run-file.ts'), file], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  child.on('message', (rows: readonly Row[]) => {
    for (const row of rows) say(line(row));
  });
  const [code] = await once(child, 'close');
  return code === 0;
}

function say(text = ''): void {
  process.stdout.write(`${text}\n`);
}

function line(row: Row): string {
  const value = `${format(row.value)} ${row.unit}`;
  const reference = row.reference === undefined ? '' : `; reference ${row.reference}`;
  const ratio = row.ratio === undefined ? '' : `; ratio ${row.ratio.toFixed(2)}`;
  const target = row.target === undefined ? '' : `; wanted ${row.target}: ${row.ok === false ? 'MISSED' : 'met'}`;
  const note = row.note === undefined ? '' : ` (${row.note})`;
  return `  ${row.figure.padEnd(58)} ${value.padStart(18)}${reference}${ratio}${target}${note}`;
}

function format(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(3);
}

say(`${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.versions.node}`);
const files = benchFiles();
const failed: string[] = [];
for (const file of files) {
  const name = relative(HERE, file);
  say(`\n${name}`);
  if (!(await runFile(file))) failed.push(name);
}
if (files.length === 0) say(`no bench matches ${words.join(' ')}`);
if (failed.length > 0) say(`\nfailed: ${failed.join(', ')}`);
process.exitCode = failed.length > 0 || files.length === 0 ? 1 : 0;
