import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';

/** So many bytes go to the stream at once; beyond it nothing is gained. */
const FULL_BYTES = 64 * 1024;

/**
 * Puts many small pieces together before a stream gets them. The MQTT library writes each packet in five pieces, and each
 * costs a stream more than the whole packet costs to be copied. Pieces are copied when they are written; the stream gets
 * them when the code that runs now has ended, when `flush` is called, or when a packet ends and they are many.
 */
export class GatheredWrites extends EventEmitter implements NodeJS.WritableStream {
  readonly #stream: Duplex;
  #bytes: Buffer = Buffer.allocUnsafeSlow(FULL_BYTES);
  #length = 0;
  /** What the stream has done with, to be filled again. */
  #spare: Buffer | undefined;
  #isFlushDue = false;
  readonly #flushDue = (): void => {
    this.#isFlushDue = false;
    this.flush();
  };

  constructor(stream: Duplex) {
    super();
    this.#stream = stream;
  }

  get writable(): boolean {
    return this.#stream.writable;
  }

  /** Bytes that the stream has not been given yet. */
  get length(): number {
    return this.#length;
  }

  write(piece: Uint8Array | string): boolean {
    if (typeof piece === 'string') {
      // UTF-8 takes at most three bytes for each unit of the string.
      this.#reserve(3 * piece.length);
      this.#length += this.#bytes.write(piece, this.#length);
    } else {
      this.#reserve(piece.length);
      this.#bytes.set(piece, this.#length);
      this.#length += piece.length;
    }
    return true;
  }

  /** A packet is complete: between packets the stream may be written by others. */
  packetEnd(): void {
    if (this.#length >= FULL_BYTES) {
      this.flush();
    } else if (!this.#isFlushDue) {
      this.#isFlushDue = true;
      process.nextTick(this.#flushDue);
    }
  }

  /** Gives the stream what there is; a stream that has ended gets nothing more. */
  flush(): void {
    if (this.#length === 0) return;
    const bytes = this.#bytes;
    const whole = bytes.subarray(0, this.#length);
    this.#bytes = this.#spare ?? Buffer.allocUnsafeSlow(FULL_BYTES);
    this.#spare = undefined;
    this.#length = 0;
    if (!this.#stream.writable) return;
    this.#stream.write(whole, () => {
      // What grew for one large packet is let go.
      if (bytes.length === FULL_BYTES) this.#spare = bytes;
    });
  }

  end(): this {
    this.flush();
    return this;
  }

  /** The MQTT library gives up on a packet that cannot be written. */
  destroy(error?: Error): void {
    this.#stream.destroy(error);
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#bytes.length));
    this.#bytes.copy(grown, 0, 0, this.#length);
    this.#bytes = grown;
  }
}
