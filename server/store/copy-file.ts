import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { GridwardenError, messageOf, systemCodeOf } from '../../edge/platform/errors.ts';
import type { BackupFile } from './store-backup.ts';

const CHUNK_BYTES = 2 ** 20;

export interface CopyOptions {
  /** So many bytes from the start; all of it without. */
  readonly bytes?: number;
  readonly signal?: AbortSignal;
}

type Content = Pick<BackupFile, 'bytes' | 'sha256'>;

/**
 * Copies a file, or its beginning, into a new file that only its owner may read; it is durable when the promise resolves.
 * @throws GridwardenError DISK_FULL, DIRECTORY_UNWRITABLE (also when the target is there already), STORE_UNAVAILABLE when
 * the source is shorter than `bytes`
 */
export async function copyFile(source: string, target: string, options: CopyOptions = {}): Promise<Content> {
  return explained(target, async () => {
    await using from = await open(source, 'r');
    await using to = await open(target, 'wx', 0o600);
    const content = await digest(from, options, (chunk) => writeAll(to, chunk));
    if (options.bytes !== undefined && content.bytes < options.bytes) {
      throw new GridwardenError('STORE_UNAVAILABLE', `${source} has become shorter while it was copied`);
    }
    await to.sync();
    return content;
  });
}

/**
 * Makes a file durable and its owner's only that someone else has written, and tells what is in it.
 * @throws GridwardenError DISK_FULL, DIRECTORY_UNWRITABLE
 */
export async function sealFile(file: string): Promise<Content> {
  return explained(file, async () => {
    await using handle = await open(file, 'r+');
    await handle.chmod(0o600);
    await handle.sync();
    return await digest(handle, {}, async () => undefined);
  });
}

/** Makes what was created or renamed in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  await using handle = await open(folder, 'r');
  await handle.sync();
}

async function digest(
  from: FileHandle,
  { bytes = Number.POSITIVE_INFINITY, signal }: CopyOptions,
  each: (chunk: Uint8Array) => Promise<void>,
): Promise<Content> {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  let done = 0;
  while (done < bytes) {
    signal?.throwIfAborted();
    const { bytesRead } = await from.read(buffer, 0, Math.min(CHUNK_BYTES, bytes - done), done);
    if (bytesRead === 0) break;
    const chunk = buffer.subarray(0, bytesRead);
    hash.update(chunk);
    await each(chunk);
    done += bytesRead;
  }
  return { bytes: done, sha256: hash.digest('hex') };
}

async function writeAll(to: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let done = 0; done < chunk.length; ) {
    const { bytesWritten } = await to.write(chunk, done, chunk.length - done);
    done += bytesWritten;
  }
}

async function explained<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const system = systemCodeOf(cause);
    if (cause instanceof GridwardenError || system === undefined || system === 'ABORT_ERR') throw cause;
    const code = system === 'ENOSPC' ? 'DISK_FULL' : 'DIRECTORY_UNWRITABLE';
    throw new GridwardenError(code, `${file} cannot be written: ${messageOf(cause)}`, { cause });
  }
}
