import { closeSync, existsSync, openSync, readFileSync, readSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { GridwardenError, messageOf } from '../../../edge/platform/errors.ts';

/** With less than this a commit of usual size may not find room. */
const LOW_SPACE_BYTES = 8 * 2 ** 20;

/**
 * An error of the engine as one of ours. DuckDB gives only a text, so the reason is looked for in the world: room on the
 * disk, who locks the file, what the file begins with.
 */
export function explainFailure(folder: string, cause: unknown): GridwardenError {
  if (cause instanceof GridwardenError) return cause;
  if (freeBytes(folder) < LOW_SPACE_BYTES) {
    return new GridwardenError('DISK_FULL', `The disk of the telemetry store ${folder} is full`, { cause });
  }
  return new GridwardenError('STORE_UNAVAILABLE', `The telemetry store ${folder} failed: ${firstLine(cause)}`, {
    cause,
  });
}

/** Why a period file could not be attached. */
export function explainAttach(file: string, cause: unknown): GridwardenError {
  if (!existsSync(file)) {
    return new GridwardenError('STORE_UNAVAILABLE', `The telemetry file ${file} is gone`, { cause });
  }
  if (!hasDuckDbMagic(file)) {
    return new GridwardenError('STORE_FOREIGN', `${file} is not a DuckDB file of gridwarden`, { cause });
  }
  const holder = lockHolder(file);
  if (holder !== undefined) {
    return new GridwardenError('FILE_LOCKED', `The telemetry file ${file} is held by process ${holder}`, { cause });
  }
  return explainFailure(dirname(file), cause);
}

function firstLine(cause: unknown): string {
  return messageOf(cause).split('\n', 1)[0] ?? '';
}

function freeBytes(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** A DuckDB file has `DUCK` behind the eight bytes of its first checksum (DuckDB, storage format: main header). */
function hasDuckDbMagic(file: string): boolean {
  const head = Buffer.alloc(12);
  const handle = openSync(file, 'r');
  try {
    readSync(handle, head, 0, 12, 0);
  } finally {
    closeSync(handle);
  }
  return head.toString('latin1', 8, 12) === 'DUCK';
}

/** The process that holds a POSIX lock on the file, where the system tells (Linux: /proc/locks). */
function lockHolder(file: string): number | undefined {
  try {
    const inode = String(statSync(file).ino);
    const fields = readFileSync('/proc/locks', 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .find((line) => line[1] === 'POSIX' && line[5]?.split(':')[2] === inode);
    const pid = Number(fields?.[4]);
    return Number.isInteger(pid) && pid !== process.pid ? pid : undefined;
  } catch {
    return undefined;
  }
}
