import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

/** What the line has carried. */
export interface LineUse {
  readonly requests: number;
  readonly answers: number;
  /** What the frames that were answered and the silences before them take at the least, ms. */
  readonly neededMs: number;
  /** Requests that came before 3.5 characters of silence had passed since the answer before. */
  readonly tooEarly: number;
}

/** A serial line at 9 600 baud whose units take their time (paced_line.py). */
export class PacedLine {
  /** The terminal's path, or the TCP port. */
  readonly place: string;
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  private constructor(
    child: ChildProcessByStdio<Writable, Readable, null>,
    lines: AsyncIterator<string>,
    place: string,
  ) {
    this.#child = child;
    this.#lines = lines;
    this.place = place;
  }

  static async start(scene: {
    readonly transport: 'rtu' | 'rtu-over-tcp';
    readonly units: number;
    readonly dead: number;
  }): Promise<PacedLine> {
    const kind = scene.transport === 'rtu' ? 'pty' : 'tcp';
    const args = [join(import.meta.dirname, 'paced_line.py'), kind, String(scene.units), String(scene.dead)];
    const child = spawn('python3', args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const reader: Interface = createInterface({ input: child.stdout });
    const lines = reader[Symbol.asyncIterator]();
    return new PacedLine(child, lines, await nextOf(lines));
  }

  async use(): Promise<LineUse> {
    this.#child.stdin.write('use\n');
    return JSON.parse(await nextOf(this.#lines)) as LineUse;
  }

  end(): void {
    this.#child.kill();
  }
}

async function nextOf(lines: AsyncIterator<string>): Promise<string> {
  const { value, done } = await lines.next();
  if (done) throw new Error('the line has ended; is there a python3?');
  return value;
}
