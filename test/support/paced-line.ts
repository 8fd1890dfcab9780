import { createServer, type Server, type Socket } from 'node:net';
import { type CharacterFormat, characterMs, silenceMs } from '../../edge/modbus/transport/line-timing.ts';
import { frame } from './modbus-peer.ts';

/** A read request, the only thing that is asked here. */
const REQUEST_BYTES = 8;
/** Within this time of the moment, timers are too coarse and the clock is watched. */
const WATCH_MS = 2;

export interface PacedLineOptions {
  readonly format: CharacterFormat;
  /** Units that answer; the others are silent. */
  readonly units: readonly number[];
  /** Time that a unit thinks, beside the silence between frames. */
  readonly thinkMs?: number;
}

/** What the line has carried. */
export interface LineUse {
  readonly requests: number;
  readonly answers: number;
  /** What the frames and the silences before them take at the least, ms. */
  readonly neededMs: number;
  /** Requests that came before 3.5 characters of silence had passed since the answer before. */
  readonly tooEarly: number;
}

/**
 * The units of a serial line, behind TCP (socat makes a terminal of it), that take their time: a pseudo terminal has no
 * speed, so the time that characters take, both ways, and the silences between frames pass here.
 */
export class PacedLine {
  readonly #server: Server;
  readonly #options: PacedLineOptions;
  readonly #characterMs: number;
  readonly #silenceMs: number;
  readonly #sockets = new Set<Socket>();
  #quietSinceMs = 0;
  #use = { requests: 0, answers: 0, neededMs: 0, tooEarly: 0 };

  private constructor(server: Server, options: PacedLineOptions) {
    this.#server = server;
    this.#options = options;
    this.#characterMs = characterMs(options.format);
    this.#silenceMs = silenceMs(options.format);
    server.on('connection', (socket) => this.#onConnection(socket));
  }

  static async listen(options: PacedLineOptions): Promise<PacedLine> {
    const server = createServer({ noDelay: true });
    const line = new PacedLine(server, options);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return line;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the line does not listen');
    return address.port;
  }

  get use(): LineUse {
    return { ...this.#use };
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #onConnection(socket: Socket): void {
    this.#sockets.add(socket);
    let pending = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('data', (data: Buffer) => {
      const atMs = performance.now();
      pending = Buffer.concat([pending, data]);
      for (; pending.length >= REQUEST_BYTES; pending = pending.subarray(REQUEST_BYTES))
        this.#onRequest(socket, pending.subarray(0, REQUEST_BYTES), atMs);
    });
  }

  /** The first character of the request goes onto the wire at `atMs`, however fast it was handed over. */
  #onRequest(socket: Socket, request: Buffer, atMs: number): void {
    this.#use.requests += 1;
    if (atMs < this.#quietSinceMs + this.#silenceMs) this.#use.tooEarly += 1;
    const unit = request.readUInt8(0);
    if (!this.#options.units.includes(unit)) return;
    const count = request.readUInt16BE(4);
    const pdu = Buffer.alloc(2 + 2 * count);
    pdu.writeUInt8(request.readUInt8(1), 0);
    pdu.writeUInt8(2 * count, 1);
    for (let i = 0; i + 1 < count; i += 2) pdu.writeFloatBE(1 + i, 2 + 2 * i);
    const answer = frame('rtu', { transaction: 0, unit }, pdu);
    const beginMs = atMs + REQUEST_BYTES * this.#characterMs + this.#silenceMs + (this.#options.thinkMs ?? 0);
    const endMs = beginMs + answer.length * this.#characterMs;
    // All but the last character may go ahead in one piece: only the end tells when the answer is there.
    at(endMs - this.#characterMs, () => socket.write(answer.subarray(0, -1)));
    at(endMs, () => {
      socket.write(answer.subarray(-1));
      this.#quietSinceMs = endMs;
      this.#use.answers += 1;
      this.#use.neededMs += endMs - atMs - (this.#options.thinkMs ?? 0) + this.#silenceMs;
    });
  }
}

/** Calls back at a moment of the monotonic clock, to a fraction of a millisecond. */
function at(momentMs: number, callback: () => void): void {
  const leftMs = momentMs - performance.now();
  if (leftMs <= 0) callback();
  else if (leftMs > WATCH_MS) setTimeout(() => at(momentMs, callback), Math.floor(leftMs - WATCH_MS + 1));
  else setImmediate(() => at(momentMs, callback));
}
