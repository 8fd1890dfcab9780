import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { GridwardenError, messageOf } from '../../../edge/platform/errors.ts';

export const ENCODINGS = ['auto', 'utf-8', 'gb18030', 'utf-16le'] as const;
export type Encoding = (typeof ENCODINGS)[number];

const CHUNK_BYTES = 256 * 1024;
const GZIP_MAGIC = [0x1f, 0x8b];

/** What a file is, told by its content. */
export interface FileIdentity {
  readonly sha256: string;
  readonly bytes: number;
}

/**
 * Hashes a whole file: two files are one when their content is.
 * @throws GridwardenError IMPORT_INVALID when it cannot be read
 */
export async function identify(
  file: string,
  progress: (bytes: number) => void,
  signal: AbortSignal,
): Promise<FileIdentity> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024, signal })) {
      const part: Buffer = chunk;
      hash.update(part);
      bytes += part.length;
      progress(bytes);
    }
  } catch (cause) {
    signal.throwIfAborted();
    throw unreadable(file, cause);
  }
  return { sha256: hash.digest('hex'), bytes };
}

/** The first bytes of a file, decompressed where it is compressed. */
async function beginOf(file: string): Promise<{ readonly isGzip: boolean; readonly head: Buffer }> {
  const handle = await open(file);
  const { buffer, bytesRead } = await handle
    .read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES, 0)
    .finally(() => handle.close());
  const head = buffer.subarray(0, bytesRead);
  if (!GZIP_MAGIC.every((byte, index) => head[index] === byte)) return { isGzip: false, head };
  for await (const chunk of bytesOf(file, true, () => undefined)) return { isGzip: true, head: chunk };
  return { isGzip: true, head: Buffer.alloc(0) };
}

/** The bytes of a file, decompressed; `progress` gets those of the file itself. */
async function* bytesOf(file: string, isGzip: boolean, progress: (bytes: number) => void): AsyncGenerator<Buffer> {
  const source = createReadStream(file, { highWaterMark: CHUNK_BYTES });
  let read = 0;
  source.on('data', (chunk) => {
    read += chunk.length;
    progress(read);
  });
  const gunzip = isGzip ? createGunzip({ chunkSize: CHUNK_BYTES }) : undefined;
  if (gunzip) source.on('error', (error) => gunzip.destroy(error));
  const stream: Readable = gunzip ? source.pipe(gunzip) : source;
  try {
    for await (const chunk of stream) yield chunk;
  } finally {
    source.destroy();
  }
}

/**
 * The text of a file, piece by piece: decompressed, decoded, without byte order mark. Without a stated encoding a mark tells
 * it, else UTF-8 is taken where the beginning is UTF-8, and GB 18030 (which holds GBK) where it is not.
 *
 * @throws GridwardenError IMPORT_INVALID when it cannot be read or is cut off
 */
export async function* textOf(
  file: string,
  encoding: Encoding,
  progress: (bytes: number) => void,
): AsyncGenerator<string> {
  try {
    const { isGzip, head } = await beginOf(file);
    const decoder = new TextDecoder(encoding === 'auto' ? encodingOf(head) : encoding);
    for await (const chunk of bytesOf(file, isGzip, progress)) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  } catch (cause) {
    if (cause instanceof GridwardenError) throw cause;
    throw unreadable(file, cause);
  }
}

function encodingOf(head: Buffer): Exclude<Encoding, 'auto'> {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  try {
    // The last character may be cut.
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return 'utf-8';
  } catch {
    return 'gb18030';
  }
}

function unreadable(file: string, cause: unknown): GridwardenError {
  return new GridwardenError('IMPORT_INVALID', `${file} cannot be read: ${messageOf(cause)}`, { cause });
}
