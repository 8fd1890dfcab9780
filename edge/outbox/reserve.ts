import { closeSync, existsSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

const CHUNK_BYTES = 64 * 1024;
const MAX_RESERVE_BYTES = 4 * 1024 * 1024;
const MIN_RESERVE_BYTES = 64 * 1024;
/** The reserve is taken from what is free only while it is a small part of it. */
const SHARE_OF_DISK = 8;

/**
 * A file that only takes up room. When the disk is full it is deleted, so that what was acknowledged can be deleted from
 * the outbox: deleting needs room, too. As long as it is missing nothing new is written.
 */
export class Reserve {
  /** What it takes up at most. */
  readonly maxBytes: number;
  readonly #file: string;

  /** @param maxBytes limit of the outbox, of which the reserve is at most an eighth */
  constructor(outboxFile: string, maxBytes: number) {
    this.#file = `${outboxFile}.reserve`;
    this.maxBytes = Math.min(MAX_RESERVE_BYTES, Math.floor(maxBytes / SHARE_OF_DISK));
  }

  get isHeld(): boolean {
    return existsSync(this.#file);
  }

  /** Makes the file, if the disk has room for it and more; returns whether it is there. */
  hold(): boolean {
    const bytes = this.#bytesToHold();
    if (this.isHeld && statSync(this.#file).size >= Math.min(bytes, MIN_RESERVE_BYTES)) return true;
    if (bytes < Math.min(MIN_RESERVE_BYTES, this.maxBytes)) return false;
    try {
      fill(this.#file, bytes);
      return true;
    } catch {
      this.free();
      return false;
    }
  }

  /** Gives the room back. */
  free(): void {
    rmSync(this.#file, { force: true });
  }

  #bytesToHold(): number {
    const { bavail, bsize } = statfsSync(dirname(this.#file));
    return Math.min(this.maxBytes, Math.floor((bavail * bsize) / SHARE_OF_DISK));
  }
}

/** Writes every byte: a file with holes would take up no room. */
function fill(file: string, bytes: number): void {
  const descriptor = openSync(file, 'w');
  try {
    const chunk = new Uint8Array(CHUNK_BYTES);
    for (let written = 0; written < bytes; ) {
      written += writeSync(descriptor, chunk, 0, Math.min(CHUNK_BYTES, bytes - written));
    }
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
