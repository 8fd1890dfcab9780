import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PartProcess, startPartProcess } from '../parts/process.ts';

/** A pseudo terminal in the place of a serial adapter; socat carries its bytes to a TCP port. */
export class SerialCable {
  readonly #socat: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'gridwarden-line-'));
  #running: PartProcess | undefined;

  constructor(socat: string) {
    this.#socat = socat;
  }

  /** The device's name; it stays the same when it is pulled and put back. */
  get path(): string {
    return join(this.#folder, 'line');
  }

  async plugIn(port: number): Promise<void> {
    this.#running = await startPartProcess({
      name: 'socat',
      command: this.#socat,
      args: [`PTY,link=${this.path},rawer`, `TCP:127.0.0.1:${port},nodelay`],
      isReady: () => Promise.resolve(existsSync(this.path)),
    });
  }

  async unplug(): Promise<void> {
    await this.#running?.stop();
  }

  async stop(): Promise<void> {
    await this.unplug();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
