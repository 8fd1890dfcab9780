import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../../edge/platform/errors.ts';

const WATCH_PARENT = new URL('../../edge/platform/launch/end-with-parent.mjs', import.meta.url).href;
/** A part that does not stop by itself within this time is ended. */
const STOP_TIMEOUT_MS = 12_000;

export interface PartSettings {
  readonly name: string;
  /** Script, absolute. */
  readonly script: string;
  readonly args: readonly string[];
  readonly folder: string;
}

export interface Part {
  readonly name: string;
  readonly logFile: string;
  /** Settles when the process has ended, with how. */
  readonly ended: Promise<string>;
  /** The last lines that the process wrote. */
  lastLines(): string;
  stop(): Promise<void>;
}

/** Starts one process of the demo; what it writes goes to `<name>.log` in the demo's folder. It ends with its parent. */
export function startPart(settings: PartSettings): Part {
  const logFile = join(settings.folder, `${settings.name}.log`);
  const log = openSync(logFile, 'w');
  const child = spawn(process.execPath, ['--import', WATCH_PARENT, settings.script, ...settings.args], {
    cwd: settings.folder,
    env: { ...process.env, GRIDWARDEN_PARENT_PID: String(process.pid) },
    stdio: ['ignore', log, log, 'ipc'],
    // A Ctrl-C in the terminal must reach the demo alone, which then stops its parts in order.
    detached: true,
  });
  closeSync(log);
  return {
    name: settings.name,
    logFile,
    ended: endOf(child),
    lastLines: () => tail(logFile),
    stop: () => stop(child),
  };
}

async function endOf(child: ChildProcess): Promise<string> {
  try {
    const [code, signal] = await once(child, 'exit');
    return signal === null ? `exit code ${String(code)}` : String(signal);
  } catch (error) {
    return messageOf(error);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  await exited;
  clearTimeout(timer);
}

function tail(file: string, lines = 5): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '';
  }
}
