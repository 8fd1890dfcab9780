import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

const REPOSITORY = join(import.meta.dirname, '../../../../..');

/** A module of the launcher, which is plain JavaScript: `T` says what the test uses of it. */
export async function importLauncher<T>(name: string): Promise<T> {
  return (await import(join(REPOSITORY, 'edge/platform/launch', name))) as T;
}

/** What npm and vite would do, in a few lines: write down the call, wait while a file `hold` lies there, leave a result. */
const FAKE_NPM = `#!/bin/sh
echo "$@" >> npm.log
while [ -e hold ]; do sleep 0.02; done
if [ -e npm-fails ]; then echo "npm error the registry is on fire" >&2; exit 7; fi
mkdir -p node_modules
cp package-lock.json node_modules/.package-lock.json
`;
const FAKE_VITE = `
import { appendFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
appendFileSync('vite.log', process.argv.slice(2).join(' ') + '\\n');
rmSync('server/web/dist', { recursive: true, force: true });
if (existsSync('vite-fails')) { console.error('the page is on fire'); process.exit(3); }
mkdirSync('server/web/dist', { recursive: true });
writeFileSync('server/web/dist/index.html', '<p>page</p>');
`;

/** How a launch ended, and what it printed. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A launch under way. */
export interface Launch {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Settles once the launch has printed `text`; rejects when it ends without. */
  printed(text: string): Promise<void>;
}

export interface Project {
  readonly root: string;
  path(name: string): string;
  write(name: string, content: string): void;
  lines(name: string): string[];
  start(args: readonly string[], options?: StartOptions): Launch;
  launch(args: readonly string[], options?: StartOptions): Promise<Ended>;
}

interface StartOptions {
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  readonly node?: string;
  /** Puts the launch at the head of a process group of its own, as a shell does. */
  readonly ownGroup?: boolean;
}

/** A lockfile of one package in one version, with an optional one for another machine. */
export function lockfile(version: string): string {
  const packages = {
    '': { name: 'p' },
    'node_modules/a': { version },
    'node_modules/o': { version: '1.0.0', optional: true },
  };
  return JSON.stringify({ name: 'p', lockfileVersion: 3, packages });
}

/**
 * A project in a temporary folder that holds the real launcher, a lockfile, and a stand-in for npm that comes first on
 * PATH. It is removed, and its launches are ended, when the test is finished.
 */
export function createProject(): Project {
  const root = mkdtempSync(join(tmpdir(), 'gridwarden-launch-'));
  const started: ChildProcess[] = [];
  onTestFinished(() => {
    for (const child of started) child.kill('SIGKILL');
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  });
  const path = (name: string): string => join(root, name);
  const write = (name: string, content: string): void => {
    mkdirSync(dirname(path(name)), { recursive: true });
    writeFileSync(path(name), content);
  };
  for (const part of ['launch.mjs', 'launch']) {
    cpSync(join(REPOSITORY, 'edge/platform', part), path(`edge/platform/${part}`), { recursive: true });
  }
  write('package-lock.json', lockfile('1.0.0'));
  write('bin/npm', FAKE_NPM);
  chmodSync(path('bin/npm'), 0o755);
  const lines = (name: string): string[] =>
    existsSync(path(name)) ? readFileSync(path(name), 'utf8').split('\n').filter(Boolean) : [];
  const start = (args: readonly string[], options: StartOptions = {}): Launch => {
    const launch = startLaunch(root, args, options);
    started.push(launch.process);
    return launch;
  };
  return { root, path, write, lines, start, launch: (args, options) => start(args, options).ended };
}

/** Adds a page, and a stand-in for vite, to a project whose packages count as installed. */
export function addPage(project: Project): void {
  project.write('server/web/vite.config.ts', 'export default {};');
  project.write('server/web/main.tsx', 'export const page = 1;');
  project.write('node_modules/.package-lock.json', lockfile('1.0.0'));
  project.write('node_modules/vite/bin/vite.js', FAKE_VITE);
  project.write('node_modules/vite/package.json', '{"type":"module"}');
}

function startLaunch(root: string, args: readonly string[], options: StartOptions): Launch {
  const { INIT_CWD: _outer, ...env } = process.env;
  const child = spawn(options.node ?? process.execPath, [join(root, 'edge/platform/launch.mjs'), ...args], {
    cwd: options.cwd ?? root,
    env: { ...env, PATH: `${join(root, 'bin')}${delimiter}${env.PATH ?? ''}`, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: options.ownGroup ?? false,
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    child.emit('printed');
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    child.emit('printed');
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  const printed = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if ((stdout + stderr).includes(text)) resolve();
      };
      child.on('printed', look);
      child.once('close', () => reject(new Error(`ended without printing "${text}":\n${stdout}${stderr}`)));
      look();
    });
  return { process: child, ended, printed };
}
