import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCodeOf } from '../../edge/platform/errors.ts';
import { copyFile, syncFolder } from './copy-file.ts';
import { REJECT_FILE } from './reject-log.ts';
import type { BackupFile } from './store-backup.ts';

/** A file of rejects as long as it was at some moment; lines are only ever added. */
export interface RejectFile {
  readonly name: string;
  readonly bytes: number;
}

/** The files of rejects in a folder; none when it is not there. */
export async function rejectFiles(folder: string): Promise<RejectFile[]> {
  const names = await readdir(folder).catch(() => []);
  const files: RejectFile[] = [];
  for (const name of names.filter((one) => REJECT_FILE.test(one)).sort()) {
    files.push({ name, bytes: (await stat(join(folder, name))).size });
  }
  return files;
}

/** Copies files of rejects into a new folder `rejects` of `target`. One that was dropped meanwhile, as the oldest, is left out. */
export async function copyRejects(
  folder: string,
  files: readonly RejectFile[],
  target: string,
  signal: AbortSignal,
): Promise<BackupFile[]> {
  if (files.length === 0) return [];
  const copied: BackupFile[] = [];
  await mkdir(join(target, 'rejects'), { mode: 0o700 });
  for (const { name, bytes } of files) {
    try {
      const content = await copyFile(join(folder, name), join(target, 'rejects', name), { bytes, signal });
      copied.push({ path: `rejects/${name}`, ...content });
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
  await syncFolder(join(target, 'rejects'));
  return copied;
}

function isGone(error: unknown): boolean {
  return error instanceof Error && systemCodeOf(error.cause) === 'ENOENT';
}
