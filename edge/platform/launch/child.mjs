/** The processes that the launcher runs: quiet helpers (npm, vite), and the program itself. */
import { spawn } from 'node:child_process';
import { LaunchError } from './say.mjs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * The same signal within this time is one wish of one person: at Ctrl-C the terminal signals the launcher, and npm,
 * signalled as well, passes it on to the launcher once more. A program takes a second one as "stop at once".
 */
const ONE_WISH_MS = 500;

/** How much of a helper's output is kept to be shown when it fails. */
const MAX_KEPT_CHARS = 64 * 1024;

/** Passes signals on to `child`, each wish once, until the returned function is called. */
function forwardSignals(child) {
  const lastAtMs = new Map();
  const forward = (signal) => {
    const nowMs = performance.now();
    const repeated = nowMs - (lastAtMs.get(signal) ?? Number.NEGATIVE_INFINITY) < ONE_WISH_MS;
    lastAtMs.set(signal, nowMs);
    if (!repeated) child.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, forward);
  return () => {
    for (const signal of SIGNALS) process.off(signal, forward);
  };
}

/** Settles with how the child ended: `{ code, signal }`. */
function ended(child, binary) {
  const stopForwarding = forwardSignals(child);
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new LaunchError(`${binary} cannot be started: ${error.message}`)));
    child.once('close', (code, signal) => resolve({ code, signal }));
  }).finally(stopForwarding);
}

/** Ends the launcher as its child ended, so that whoever waits for it sees the same. */
function endAlike({ code, signal }) {
  if (signal === null) {
    process.exitCode = code;
    return;
  }
  process.exitCode = 1;
  process.kill(process.pid, signal);
}

/**
 * Runs a helper whose output only matters when it fails. Returns its exit code and output; a helper that was ended by a
 * signal ends the launcher the same way.
 */
export async function runQuiet(binary, args, { cwd, env, onStart }) {
  const child = spawn(binary, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const keep = (chunk) => {
    output = (output + chunk).slice(-MAX_KEPT_CHARS);
  };
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  if (child.pid !== undefined) onStart?.(child.pid);
  const end = await ended(child, binary);
  if (end.signal !== null) {
    endAlike(end);
    throw new LaunchError(`${binary} was ended by ${end.signal}`);
  }
  return { code: end.code, output: output.trim() };
}

/**
 * Runs the program with the launcher's own input and output and ends as it ended.
 *
 * The child gets a session of its own: a Ctrl-C then reaches it only through the launcher, once. That also takes it out
 * of reach of a kill of the whole process group, so it watches the launcher through the IPC channel
 * (end-with-parent.mjs) and stops when that is gone.
 */
export async function runProgram(binary, args, { cwd, env }) {
  const watch = new URL('./end-with-parent.mjs', import.meta.url).href;
  const child = spawn(binary, ['--import', watch, ...args], {
    cwd,
    env: { ...env, GRIDWARDEN_PARENT_PID: String(process.pid) },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    detached: true,
  });
  endAlike(await ended(child, binary));
}
