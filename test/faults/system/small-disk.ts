import { spawnSync } from 'node:child_process';
import { closeSync, fsyncSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const CHUNK_BYTES = 64 * 1024;

/** A file system of its own that is small enough to be filled. */
export class SmallDisk {
  readonly folder: string;
  readonly #unmount = () => void spawnSync('umount', ['-l', this.folder]);

  private constructor(folder: string) {
    this.folder = folder;
    // A run that ends early must not leave it mounted.
    process.on('exit', this.#unmount);
  }

  /** Mounts it; returns why not when that is not allowed here. */
  static mount(folder: string, mebibytes: number): SmallDisk | { readonly reason: string } {
    mkdirSync(folder, { recursive: true });
    const { status, stderr, error } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', folder], {
      encoding: 'utf8',
    });
    if (status === 0) return new SmallDisk(folder);
    return { reason: `a small tmpfs cannot be mounted here (root may): ${(error?.message ?? stderr).trim()}` };
  }

  /** Takes up all that is free. */
  fill(): void {
    const ballast = openSync(join(this.folder, 'ballast'), 'w');
    try {
      for (let chunk = CHUNK_BYTES; chunk >= 512; ) {
        try {
          writeSync(ballast, new Uint8Array(chunk));
        } catch {
          chunk = Math.floor(chunk / 2);
        }
      }
      fsyncSync(ballast);
    } finally {
      closeSync(ballast);
    }
  }

  empty(): void {
    rmSync(join(this.folder, 'ballast'), { force: true });
  }

  unmount(): void {
    process.off('exit', this.#unmount);
    this.#unmount();
  }
}
