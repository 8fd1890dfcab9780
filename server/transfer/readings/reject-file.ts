import { closeSync, fsyncSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { stringify } from 'csv-stringify/sync';
import { LIMITS } from './limits.ts';
import type { Refusal } from './reading-batch.ts';

const HEADER = 'line,reason,record\n';

/**
 * The file of what an import refused: line, reason, record. It is made with the first of them, grows batch by batch, and is cut
 * back to what belongs to stored batches when the import goes on after a crash.
 */
export class RejectFile {
  readonly path: string;
  #bytes: number;
  #rows: number;
  #fd: number | undefined;

  /** @param bytes how long it was with the last stored batch; @param rows how many refusals there were until then */
  constructor(path: string, bytes: number, rows: number) {
    this.path = path;
    this.#bytes = bytes;
    this.#rows = rows;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Durable when it returns. */
  append(refusals: readonly Refusal[]): void {
    const kept = refusals.slice(0, Math.max(0, LIMITS.rejectRows - this.#rows));
    this.#rows += refusals.length;
    if (kept.length === 0) return;
    const fd = this.#open();
    // A record that begins with = must not become a formula in somebody's spreadsheet.
    this.#write(
      fd,
      stringify(
        kept.map(({ line, reason, text }) => [line, reason, text]),
        { escape_formulas: true },
      ),
    );
    fsyncSync(fd);
  }

  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd);
    this.#fd = undefined;
  }

  #open(): number {
    if (this.#fd !== undefined) return this.#fd;
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
    const fd = openSync(this.path, this.#bytes === 0 ? 'w' : 'r+', 0o600);
    ftruncateSync(fd, this.#bytes);
    this.#fd = fd;
    if (this.#bytes === 0) this.#write(fd, HEADER);
    return fd;
  }

  #write(fd: number, text: string): void {
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length; )
      done += writeSync(fd, bytes, done, bytes.length - done, this.#bytes + done);
    this.#bytes += bytes.length;
  }
}
