import { EventEmitter } from 'node:events';
import type { OnReadOpts, Socket } from 'node:net';
import { crc16 } from './rtu-frames.ts';

/** Transaction, protocol and length, before the unit (MODBUS Messaging on TCP/IP Implementation Guide V1.0b, section 3.1.3). */
const HEADER_BYTES = 6;
const CRC_BYTES = 2;
/** Unit and function code at least; at most 253 bytes after the unit (Modbus Application Protocol V1.1b3, section 4.1). */
const LEAST_BYTES = 2;
const MOST_BYTES = 254;
/** Numbers of transactions begin again after this many. */
const TRANSACTIONS = 0x1_0000;
/** One read of the socket; a frame has at most 260 bytes. */
const READ_BYTES = 1024;

const NO_FRAME = Buffer.alloc(0);

/**
 * Modbus TCP frames over a socket, as a port for modbus-serial, which is given RTU frames in their place. The library's
 * own port chains promises for every request and copies every answer three times, which costs more than all the rest of a
 * request; and it takes whatever number the other side chooses for the answer's. Here an answer carries the number of
 * the request under way, or is left out.
 */
export class TcpPort extends EventEmitter {
  /** How the socket has to be opened: its bytes come here, into one buffer that is used again and again. */
  readonly onread: OnReadOpts;
  readonly #read: Buffer = Buffer.allocUnsafe(READ_BYTES);
  /** The beginning of a frame that has not come whole. */
  #rest: Buffer = NO_FRAME;
  #socket: Socket | undefined;
  #transaction = 0;

  constructor() {
    super();
    this.onread = {
      buffer: this.#read,
      callback: (read) => {
        this.#take(read);
        return true;
      },
    };
  }

  /** @param socket opened with `onread` */
  attach(socket: Socket): void {
    this.#socket = socket;
  }

  get isOpen(): boolean {
    return this.#socket?.destroyed === false;
  }

  open(callback: (error?: Error) => void): void {
    callback();
  }

  close(callback?: () => void): void {
    this.#socket?.destroy();
    callback?.();
  }

  /** Sends a request; the library has put a CRC at its end. */
  write(request: Buffer): void {
    const bytes = request.length - CRC_BYTES;
    this.#transaction = (this.#transaction + 1) % TRANSACTIONS;
    const frame = Buffer.allocUnsafe(HEADER_BYTES + bytes);
    frame.writeUInt16BE(this.#transaction, 0);
    frame.writeUInt16BE(0, 2);
    frame.writeUInt16BE(bytes, 4);
    request.copy(frame, HEADER_BYTES, 0, bytes);
    this.#socket?.write(frame);
  }

  /** Takes the first `read` bytes of the buffer that is read into. */
  #take(read: number): void {
    let [received, length] = [this.#read, read];
    if (this.#rest.length > 0) {
      received = Buffer.concat([this.#rest, received.subarray(0, read)]);
      length = received.length;
      this.#rest = NO_FRAME;
    }
    let at = 0;
    while (length - at >= HEADER_BYTES) {
      const bytes = received.readUInt16BE(at + 4);
      if (bytes < LEAST_BYTES || bytes > MOST_BYTES) {
        // No frame begins here, and where the next one does cannot be known: the library finds this too short.
        this.emit('data', NO_FRAME);
        return;
      }
      const end = at + HEADER_BYTES + bytes;
      if (length < end) break;
      this.#frame(received, at, bytes);
      at = end;
    }
    // The buffer is about to be filled anew.
    if (at < length) this.#rest = Buffer.from(received.subarray(at, length));
  }

  #frame(received: Buffer, at: number, bytes: number): void {
    if (received.readUInt16BE(at) !== this.#transaction || received.readUInt16BE(at + 2) !== 0) return;
    const from = at + HEADER_BYTES;
    const frame = Buffer.allocUnsafe(bytes + CRC_BYTES);
    received.copy(frame, 0, from, from + bytes);
    frame.writeUInt16LE(crc16(frame, bytes), bytes);
    this.emit('data', frame);
  }
}
