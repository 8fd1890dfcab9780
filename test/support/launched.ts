import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const LAUNCHER = join(ROOT, 'edge/platform/launch.mjs');

/** A program started as a user starts it, through the launcher that `npm run` calls. */
export interface Launched {
  readonly pid: number;
  /** All it has written so far, standard output and errors together. */
  output(): string;
  /** Settles when the program has written this text; rejects with its output when it ends before. */
  says(text: string | RegExp): Promise<string>;
  signal(signal: NodeJS.Signals): void;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

export function launch(script: string, args: readonly string[], cwd: string = ROOT): Launched {
  const child = spawn(process.execPath, [LAUNCHER, script, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const waiting = new Set<() => void>();
  const keep = (text: string) => {
    output += text;
    for (const check of waiting) check();
  };
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  const ended = endOf(child);
  return {
    pid: child.pid ?? 0,
    output: () => output,
    ended,
    signal: (signal) => child.kill(signal),
    says: (text) =>
      new Promise((resolve, reject) => {
        const check = () => {
          const match = typeof text === 'string' ? (output.includes(text) ? text : undefined) : text.exec(output)?.[0];
          if (match === undefined) return;
          waiting.delete(check);
          resolve(match);
        };
        waiting.add(check);
        check();
        ended.then((end) => reject(new Error(`${script} ended (${end}) before it said ${String(text)}:\n${output}`)));
      }),
  };
}

function endOf(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve) => child.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown')));
}

/** Processes of this machine whose command line holds `text`, this one left out. */
export function processesWith(text: string): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^[0-9]+$/.test(entry) && Number(entry) !== process.pid)
    .filter((pid) => commandLine(pid).includes(text))
    .map(Number);
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
