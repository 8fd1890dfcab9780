import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { findProgram } from './find.ts';

const READY_TIMEOUT_MS = 30_000;
const READY_POLL_MS = 20;
const STOP_TIMEOUT_MS = 15_000;
const MAX_KEPT_CHARS = 64 * 1024;

export interface PartProcess {
  readonly pid: number;
  /** The last of what it wrote to standard output and standard error. */
  output(): string;
  isRunning(): boolean;
  /** Ends it with SIGTERM, and with SIGKILL when it does not follow. */
  stop(): Promise<void>;
  /** Ends it with SIGKILL. */
  kill(): Promise<void>;
}

export interface PartProcessOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly isReady: () => Promise<boolean>;
  /** Given each piece of standard output. */
  readonly onOutput?: (text: string) => void;
}

/** Lets the kernel end the program when this process dies, so that a killed test run leaves nothing behind. */
function withoutOrphans(command: string, args: readonly string[]): [string, readonly string[]] {
  const setpriv = findProgram('setpriv');
  return setpriv ? [setpriv, ['--pdeathsig', 'KILL', '--', command, ...args]] : [command, args];
}

/** A child with the moment when it has ended and all its output has been read. */
interface Running {
  readonly child: ChildProcess;
  readonly closed: Promise<unknown>;
}

function hasEnded({ child }: Running): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function stop({ child, closed }: Running): Promise<void> {
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
  child.kill('SIGTERM');
  await closed;
  clearTimeout(timer);
}

async function kill({ child, closed }: Running): Promise<void> {
  child.kill('SIGKILL');
  await closed;
}

/** Starts a real server and waits until it is ready; an end before that is an error with its output. */
export async function startPartProcess(options: PartProcessOptions): Promise<PartProcess> {
  const [command, args] = withoutOrphans(options.command, options.args);
  const child = spawn(command, args, { cwd: options.cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const keep = (text: string): void => {
    output = (output + text).slice(-MAX_KEPT_CHARS);
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    keep(text);
    options.onOutput?.(text);
  });
  child.stderr.setEncoding('utf8').on('data', keep);
  await once(child, 'spawn');
  const running = { child, closed: new Promise((resolve) => child.once('close', resolve)) };
  const deadline = performance.now() + READY_TIMEOUT_MS;
  while (!(await options.isReady())) {
    if (hasEnded(running)) {
      await running.closed;
      throw new Error(`${options.name} ended with ${child.exitCode ?? child.signalCode}:\n${output}`);
    }
    if (performance.now() > deadline) {
      await kill(running);
      throw new Error(`${options.name} was not ready within ${READY_TIMEOUT_MS} ms:\n${output}`);
    }
    await delay(READY_POLL_MS);
  }
  return {
    pid: child.pid ?? 0,
    output: () => output,
    isRunning: () => !hasEnded(running),
    stop: () => stop(running),
    kill: () => kill(running),
  };
}

/** True when something accepts TCP connections at this port of 127.0.0.1. */
export function acceptsConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const finish = (accepted: boolean) => (): void => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once('connect', finish(true)).once('error', finish(false));
  });
}
