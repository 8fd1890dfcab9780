import type { Duplex } from 'node:stream';

interface Piece {
  readonly chunk: unknown;
  readonly encoding: BufferEncoding;
}

/**
 * Lets a stream write what has gathered as one piece. The MQTT library writes each packet in five small ones, and a
 * system call that gathers hundreds of pieces costs several times what it costs to copy them together first.
 */
export function joinWrites(stream: Duplex): void {
  stream._writev = (pieces: readonly Piece[], done) => stream._write(joined(pieces), 'buffer' as BufferEncoding, done);
}

function joined(pieces: readonly Piece[]): Buffer {
  let length = 0;
  for (const piece of pieces) length += lengthOf(piece);
  const all = Buffer.allocUnsafe(length);
  let at = 0;
  for (const { chunk, encoding } of pieces) {
    if (typeof chunk === 'string') at += all.write(chunk, at, encoding);
    else if (chunk instanceof Uint8Array) {
      all.set(chunk, at);
      at += chunk.length;
    }
  }
  return all;
}

function lengthOf({ chunk, encoding }: Piece): number {
  if (typeof chunk === 'string') return Buffer.byteLength(chunk, encoding);
  return chunk instanceof Uint8Array ? chunk.length : 0;
}
