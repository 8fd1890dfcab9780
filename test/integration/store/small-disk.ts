import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Found } from '../../parts/find.ts';

export interface SmallDisk {
  readonly folder: string;
  remove(): void;
}

/** A file system in memory of a few MiB; only a process that may mount can have one. */
export function mountSmallDisk(mebibytes: number): Found<SmallDisk> {
  const folder = mkdtempSync(join(tmpdir(), 'gridwarden-small-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m`, 'tmpfs', folder], {
    encoding: 'utf8',
  });
  if (mounted.status !== 0) {
    rmSync(folder, { recursive: true, force: true });
    const why = mounted.error?.message ?? mounted.stderr.trim();
    return {
      found: false,
      reason: `a small disk cannot be mounted (${why}); run the tests as root, or with the right to mount`,
    };
  }
  const remove = (): void => {
    spawnSync('umount', [folder]);
    rmSync(folder, { recursive: true, force: true });
  };
  return { found: true, part: { folder, remove } };
}
