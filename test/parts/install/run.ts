import { spawn } from 'node:child_process';

/** How often a step that takes long says that it is still at work. */
const STILL_WORKING_MS = 30_000;
const MAX_KEPT_CHARS = 32 * 1024;

/** A part that cannot be installed here; the message says why and what to do. */
export class InstallError extends Error {}

export function say(text: string): void {
  process.stdout.write(`parts: ${text}\n`);
}

interface RunOptions {
  /** What the command does, for the progress lines. */
  readonly what: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a command quietly, saying now and then that it is at work; returns its standard output. */
export async function run(command: string, args: readonly string[], options: RunOptions): Promise<string> {
  const startedAtMs = performance.now();
  const seconds = (): string => `${Math.round((performance.now() - startedAtMs) / 1000)} s`;
  say(`${options.what} …`);
  const progress = setInterval(() => say(`${options.what} … ${seconds()}`), STILL_WORKING_MS);
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['inherit', 'pipe', 'pipe'],
  });
  let stdout = '';
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    output = (output + text).slice(-MAX_KEPT_CHARS);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-MAX_KEPT_CHARS);
  });
  child.once('error', (error) => {
    output = error.message;
  });
  try {
    const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
      child.once('close', (...end) => resolve(end)),
    );
    if (code !== 0)
      throw new InstallError(`${command} ${args.join(' ')} ended with ${code ?? signal}:\n${output.trim()}`);
    say(`${options.what}: done in ${seconds()}`);
    return stdout;
  } finally {
    clearInterval(progress);
  }
}
