import { write, writeSync } from 'node:fs';
import { systemCodeOf } from './errors.ts';

/** Lines that wait for a slow reader; beyond it they are dropped. */
const MAX_WAITING_BYTES = 1024 * 1024;
/** A pipe that is full is tried again after this long. */
const RETRY_MS = 100;

/**
 * Writes log lines to a file descriptor beside the event loop. An output that is gone (a closed terminal or pipe, a full
 * disk) costs the lines and nothing else: it keeps no process from ending, which pino's own output does.
 */
export class LogOutput {
  readonly #fileDescriptor: number;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #isWriting = false;

  constructor(fileDescriptor: number) {
    this.#fileDescriptor = fileDescriptor;
    process.on('exit', () => this.#finish());
  }

  write(line: string): void {
    if (this.#waitingBytes > MAX_WAITING_BYTES) return;
    this.#add(Buffer.from(line));
    if (!this.#isWriting) this.#next();
  }

  #add(bytes: Buffer): void {
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
  }

  #take(): Buffer {
    const bytes = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    return bytes;
  }

  #next(): void {
    if (this.#waiting.length === 0) return;
    const bytes = this.#take();
    this.#isWriting = true;
    write(this.#fileDescriptor, bytes, (error, written) => {
      const isFull = systemCodeOf(error) === 'EAGAIN';
      const rest = error ? (isFull ? bytes : undefined) : bytes.subarray(written);
      if (rest !== undefined && rest.length > 0) {
        const later = this.#take();
        this.#add(rest);
        if (later.length > 0) this.#add(later);
      }
      if (isFull) setTimeout(() => this.#goOn(), RETRY_MS);
      else this.#goOn();
    });
  }

  #goOn(): void {
    this.#isWriting = false;
    this.#next();
  }

  /** The last lines of a process that ends. */
  #finish(): void {
    try {
      for (let bytes = this.#take(); bytes.length > 0; ) {
        bytes = bytes.subarray(writeSync(this.#fileDescriptor, bytes));
      }
    } catch {
      // Nobody reads them any more.
    }
  }
}
