import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';

/**
 * A Modbus server over TCP for tests that does exactly what it is told, right or wrong, in Modbus TCP frames or in bare
 * serial-line (RTU) frames. It knows nothing of device models: it serves words by address. Timing is in the test's
 * hands: a held request is answered when the test says so.
 */

export type Framing = 'tcp' | 'rtu';

/** What a unit does with a request. */
export type Behaviour =
  /** Answers with the words it holds; addresses that it does not hold are refused (exception 2). */
  | { readonly kind: 'answer' }
  | { readonly kind: 'silent' }
  | { readonly kind: 'exception'; readonly code: number }
  /** Keeps the answer back until `release()`. */
  | { readonly kind: 'hold' }
  /** Sends these bytes instead of an answer. */
  | { readonly kind: 'bytes'; readonly bytes: (request: PeerRequest, answer: Buffer) => Buffer }
  /** Answers byte by byte. */
  | { readonly kind: 'pieces' }
  /** Closes the connection: politely, or with a reset. */
  | { readonly kind: 'cut'; readonly reset: boolean };

export interface PeerRequest {
  /** 0 in RTU frames, which have none. */
  readonly transaction: number;
  readonly unit: number;
  readonly functionCode: number;
  readonly address: number;
  readonly count: number;
}

/** The words of one unit by function code and address. */
export type Words = ReadonlyMap<number, number>;

interface Unit {
  readonly words: Map<number, Words>;
  behaviour: (request: PeerRequest) => Behaviour;
}

const ANSWER: Behaviour = { kind: 'answer' };

export class ModbusPeer {
  readonly requests: PeerRequest[] = [];
  /** Writes of registers as they came, frame and all. */
  readonly writes: Buffer[] = [];
  readonly #server: Server;
  readonly #framing: Framing;
  readonly #units = new Map<number, Unit>();
  readonly #sockets = new Set<Socket>();
  readonly #held: { readonly socket: Socket; readonly answer: () => Buffer }[] = [];
  readonly #waiting: { count: number; resolve: () => void }[] = [];
  connections = 0;

  private constructor(server: Server, framing: Framing) {
    this.#server = server;
    this.#framing = framing;
    server.on('connection', (socket) => this.#onConnection(socket));
  }

  static async listen(framing: Framing = 'tcp', port = 0): Promise<ModbusPeer> {
    const server = createServer({ noDelay: true });
    const peer = new ModbusPeer(server, framing);
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return peer;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the peer does not listen');
    return address.port;
  }

  /** Adds a unit that answers function code `functionCode` from `words` (address → word). */
  unit(unit: number, functionCode: number, words: Words): this {
    const known = this.#units.get(unit) ?? { words: new Map(), behaviour: () => ANSWER };
    known.words.set(functionCode, words);
    this.#units.set(unit, known);
    return this;
  }

  /** From now on the unit behaves so; a function decides for each request. */
  behave(unit: number, behaviour: Behaviour | ((request: PeerRequest) => Behaviour)): void {
    const known = this.#units.get(unit);
    if (known === undefined) throw new Error(`there is no unit ${unit}`);
    known.behaviour = typeof behaviour === 'function' ? behaviour : () => behaviour;
  }

  /** Answers everything that was held, in order. Answers for connections that are gone vanish. */
  release(): void {
    for (const { socket, answer } of this.#held.splice(0)) socket.write(answer());
  }

  /** As a converter does that does not know who has asked: what was held goes to the connection that stands, in order. */
  releaseToNewest(): void {
    const newest = [...this.#sockets].at(-1);
    for (const { answer } of this.#held.splice(0)) newest?.write(answer());
  }

  /** Settles when `count` requests have arrived since the start. */
  arrived(count: number): Promise<void> {
    if (this.requests.length >= count) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ count, resolve }));
  }

  /** Drops every connection; new ones are taken. */
  dropConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.dropConnections();
    this.#server.close();
    if (this.#server.listening) await once(this.#server, 'close');
  }

  #onConnection(socket: Socket): void {
    this.connections += 1;
    this.#sockets.add(socket);
    let pending = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('data', (data: Buffer) => {
      pending = Buffer.concat([pending, data]);
      for (let size = sizeOf(pending, this.#framing); size <= pending.length; size = sizeOf(pending, this.#framing)) {
        const request = parseRequest(pending, this.#framing);
        if (request.functionCode === WRITE_REGISTERS) this.writes.push(pending.subarray(0, size));
        this.#onRequest(socket, request);
        pending = pending.subarray(size);
      }
    });
  }

  #onRequest(socket: Socket, request: PeerRequest): void {
    this.requests.push(request);
    const unit = this.#units.get(request.unit);
    if (unit !== undefined) this.#act(socket, request, unit);
    for (const waiting of this.#waiting.filter(({ count }) => this.requests.length >= count)) {
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      waiting.resolve();
    }
  }

  #act(socket: Socket, request: PeerRequest, unit: Unit): void {
    const behaviour = unit.behaviour(request);
    const framed = (pdu: Buffer) => frame(this.#framing, request, pdu);
    const answer = () => framed(answerTo(request, unit.words.get(request.functionCode)));
    switch (behaviour.kind) {
      case 'answer':
        socket.write(answer());
        return;
      case 'silent':
        return;
      case 'exception':
        socket.write(framed(exceptionTo(request, behaviour.code)));
        return;
      case 'hold':
        this.#held.push({ socket, answer });
        return;
      case 'bytes':
        socket.write(behaviour.bytes(request, answer()));
        return;
      case 'pieces':
        void writeInPieces(socket, answer());
        return;
      case 'cut':
        if (behaviour.reset) socket.resetAndDestroy();
        else socket.end();
    }
  }
}

async function writeInPieces(socket: Socket, bytes: Buffer): Promise<void> {
  for (let i = 0; i < bytes.length; i++) {
    socket.write(bytes.subarray(i, i + 1));
    await new Promise(setImmediate);
  }
}

/** A read request: unit, function code, address and count, behind an MBAP header or before a CRC. */
const REQUEST_BYTES = { tcp: 12, rtu: 8 } as const;

const WRITE_REGISTERS = 16;

/** Bytes of the request that begins here; more than there are while it is not complete. */
function sizeOf(bytes: Buffer, framing: Framing): number {
  const size = REQUEST_BYTES[framing];
  const at = framing === 'tcp' ? 7 : 1;
  if (bytes.length < size || bytes.readUInt8(at) !== WRITE_REGISTERS) return size;
  return size + 1 + bytes.readUInt8(at + 5);
}

function parseRequest(bytes: Buffer, framing: Framing): PeerRequest {
  const at = framing === 'tcp' ? 6 : 0;
  return {
    transaction: framing === 'tcp' ? bytes.readUInt16BE(0) : 0,
    unit: bytes.readUInt8(at),
    functionCode: bytes.readUInt8(at + 1),
    address: bytes.readUInt16BE(at + 2),
    count: bytes.readUInt16BE(at + 4),
  };
}

function answerTo(request: PeerRequest, words: Words | undefined): Buffer {
  if (words === undefined) return exceptionTo(request, 1);
  if (request.functionCode === WRITE_REGISTERS) {
    const pdu = Buffer.alloc(5);
    pdu.writeUInt8(WRITE_REGISTERS, 0);
    pdu.writeUInt16BE(request.address, 1);
    pdu.writeUInt16BE(request.count, 3);
    return pdu;
  }
  const data = Buffer.alloc(2 * request.count);
  for (let i = 0; i < request.count; i++) {
    const word = words.get(request.address + i);
    if (word === undefined) return exceptionTo(request, 2);
    data.writeUInt16BE(word, 2 * i);
  }
  return Buffer.concat([Buffer.from([request.functionCode, data.length]), data]);
}

function exceptionTo(request: PeerRequest, code: number): Buffer {
  return Buffer.from([request.functionCode | 0x80, code]);
}

/** The frame of an answer, as it goes over the wire. */
export function frame(framing: Framing, request: { transaction: number; unit: number }, pdu: Buffer): Buffer {
  if (framing === 'rtu') {
    const body = Buffer.concat([Buffer.from([request.unit]), pdu]);
    const check = Buffer.alloc(2);
    check.writeUInt16LE(crc16(body));
    return Buffer.concat([body, check]);
  }
  const header = Buffer.alloc(7);
  header.writeUInt16BE(request.transaction, 0);
  header.writeUInt16BE(pdu.length + 1, 4);
  header.writeUInt8(request.unit, 6);
  return Buffer.concat([header, pdu]);
}

/** CRC-16 of a serial-line frame (Modbus over serial line V1.02, section 6.2.2). */
function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  }
  return crc;
}

/** Words of `count` addresses from `from`, each holding its own address. */
export function countingWords(from: number, count: number): Map<number, number> {
  return new Map(Array.from({ length: count }, (_, i) => [from + i, (from + i) & 0xffff]));
}

/** Words from a hexadecimal text, from `address` on. */
export function wordsAt(address: number, hex: string): Map<number, number> {
  const digits = hex.replace(/\s/g, '');
  return new Map(
    Array.from({ length: digits.length / 4 }, (_, i) => [
      address + i,
      Number.parseInt(digits.slice(4 * i, 4 * i + 4), 16),
    ]),
  );
}
