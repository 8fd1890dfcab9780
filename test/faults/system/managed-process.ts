import { readFileSync } from 'node:fs';
import { type PartProcess, startPartProcess } from '../../parts/process.ts';

/** Something that can be killed, frozen and started again. */
export interface Breakable {
  /** SIGKILL; settles when it has ended. */
  kill(): Promise<void>;
  /** Starts it again after `kill`; settles when it runs, which is before it is ready. */
  start(): Promise<void>;
  /** SIGSTOP and SIGCONT. */
  freeze(): void;
  thaw(): void;
  /** False when it has ended by itself, or was killed and not started again. */
  isRunning(): boolean;
}

export interface ManagedProcessSettings {
  readonly name: string;
  /** What is run, each time it is started. */
  readonly command: readonly string[];
  readonly folder: string;
  readonly logFile: string;
}

/** A process of the system under test; what it writes goes to a file, over all its starts. */
export class ManagedProcess implements Breakable {
  readonly name: string;
  readonly #settings: ManagedProcessSettings;
  #running: PartProcess | undefined;

  constructor(settings: ManagedProcessSettings) {
    this.name = settings.name;
    this.#settings = settings;
  }

  async start(): Promise<void> {
    const { name, command, folder, logFile } = this.#settings;
    // The shell only points the output to the file; it gives its process away to the command.
    const args = ['-c', 'exec "$@" >>"$0" 2>&1', logFile, ...command];
    const isReady = () => Promise.resolve(true);
    this.#running = await startPartProcess({ name, command: '/bin/sh', args, cwd: folder, isReady });
  }

  async kill(): Promise<void> {
    await this.#running?.kill();
  }

  /** SIGTERM, and SIGKILL when that is not followed. */
  async stop(): Promise<void> {
    await this.#running?.stop();
  }

  freeze(): void {
    this.#signal('SIGSTOP');
  }

  thaw(): void {
    this.#signal('SIGCONT');
  }

  isRunning(): boolean {
    return this.#running?.isRunning() === true;
  }

  lastLines(lines = 12): string {
    try {
      return readFileSync(this.#settings.logFile, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
    } catch {
      return '(no output)';
    }
  }

  #signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    if (this.#running?.isRunning()) process.kill(this.#running.pid, signal);
  }
}
