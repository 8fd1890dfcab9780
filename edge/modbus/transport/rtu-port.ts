import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';

/** Unit, function code with the top bit set, exception number, CRC. */
const EXCEPTION_BYTES = 5;
/** Unit, function code, byte count, CRC; the registers lie between. */
const ANSWER_BYTES = 5;
/** Unit, function code, first register, number of registers, CRC. */
const WRITTEN_BYTES = 8;
const WRITE_REGISTERS = 16;
const LONGEST_FRAME_BYTES = 256;

/**
 * Serial-line (RTU) frames over a socket, as a port for modbus-serial. The library's own port keeps what was left over
 * after an answer and may take it for the answer to the next request, because RTU frames carry no number: this one
 * forgets everything that came before the request was sent.
 */
export class RtuPort extends EventEmitter {
  readonly #socket: Socket;
  #received: Buffer = Buffer.alloc(0);
  #unit = 0;
  #functionCode = 0;
  #answerBytes = 0;

  constructor(socket: Socket) {
    super();
    this.#socket = socket;
    socket.on('data', (data: Buffer) => this.#onData(data));
    socket.on('close', () => this.emit('close'));
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed && this.#socket.writable;
  }

  open(callback: (error?: Error) => void): void {
    callback();
  }

  close(callback?: () => void): void {
    this.#socket.destroy();
    callback?.();
  }

  /** Sends a request; the library has put its CRC at the end. */
  write(request: Buffer): void {
    this.#received = Buffer.alloc(0);
    this.#unit = request.readUInt8(0);
    this.#functionCode = request.readUInt8(1);
    this.#answerBytes =
      this.#functionCode === WRITE_REGISTERS ? WRITTEN_BYTES : ANSWER_BYTES + 2 * request.readUInt16BE(4);
    this.#socket.write(request);
  }

  /** Gives the library the first frame that may be the answer; it checks the CRC and everything else. */
  #onData(data: Buffer): void {
    if (this.#answerBytes === 0) return;
    this.#received = Buffer.concat([this.#received, data]).subarray(-LONGEST_FRAME_BYTES);
    const start = this.#received.indexOf(this.#unit);
    for (let at = start; at >= 0; at = this.#received.indexOf(this.#unit, at + 1)) {
      const length = this.#lengthOf(this.#received[at + 1]);
      if (length === 0) continue;
      if (at + length > this.#received.length) return;
      const frame = this.#received.subarray(at, at + length);
      this.#answerBytes = 0;
      this.emit('data', frame);
      return;
    }
  }

  /** Length of a frame with this function code; 0 when it is not an answer to the request. */
  #lengthOf(functionCode: number | undefined): number {
    if (functionCode === this.#functionCode) return this.#answerBytes;
    if (functionCode === (this.#functionCode | 0x80)) return EXCEPTION_BYTES;
    return 0;
  }
}
