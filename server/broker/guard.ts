import type { Socket } from 'node:net';
import { FrameGuard } from './frames.ts';
import type { RefusalLog } from './refusals.ts';

export interface SocketLimits {
  readonly maxPacketBytes: number;
  readonly maxQueuedBytes: number;
}

export interface SocketContext {
  readonly refusals: RefusalLog;
  /** Whether publishers may be slowed down for this reader (a host application) instead of cutting it off at once. */
  mayLag(): boolean;
}

/**
 * Bounds what one connection can make the broker hold: the bytes of an incoming packet, and the bytes that wait for a
 * reader. The broker library lets every publisher wait for the slowest of its readers, as soon as a reader's socket
 * buffer (16 KiB) is full; here a reader may lag by `maxQueuedBytes` without anyone noticing, and is then cut off.
 */
export function guardSocket(socket: Socket, limits: SocketLimits, context: SocketContext): void {
  limitIncoming(socket, limits.maxPacketBytes, context.refusals);
  limitOutgoing(socket, limits.maxQueuedBytes, context);
}

function limitIncoming(socket: Socket, maxBytes: number, refusals: RefusalLog): void {
  const frames = new FrameGuard(maxBytes);
  const read = socket.read.bind(socket);
  socket.read = (size?: number): unknown => {
    const chunk: unknown = read(size);
    if (!(chunk instanceof Uint8Array) || frames.accept(chunk)) return chunk;
    refusals.count('packet_too_large', { client: peerOf(socket), maxBytes });
    socket.destroy();
    return null;
  };
}

function limitOutgoing(socket: Socket, maxBytes: number, context: SocketContext): void {
  const write = socket.write.bind(socket) as (...args: unknown[]) => boolean;
  let cut = false;
  let isHeld = false;
  const release = () => {
    isHeld = false;
    socket.uncork();
  };
  socket.write = (...args: unknown[]): boolean => {
    // The library sends each packet by itself, in one system call each; held until the end of this turn of the event
    // loop, all packets for one reader go in one (measured: a fifth of the server's CPU under load).
    if (!isHeld) {
      isHeld = true;
      socket.cork();
      setImmediate(release);
    }
    write(...args);
    if (socket.writableLength < maxBytes) return true;
    if (context.mayLag()) return false;
    if (!cut) {
      cut = true;
      context.refusals.count('slow_reader', { client: peerOf(socket), queuedBytes: socket.writableLength });
      // Not within the library's loop over readers: it would meet its own clean-up half way.
      setImmediate(() => socket.destroy());
    }
    return true;
  };
}

function peerOf(socket: Socket): string {
  return `${socket.remoteAddress ?? '?'}:${socket.remotePort ?? '?'}`;
}
