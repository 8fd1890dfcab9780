/**
 * Modbus TCP framing, as the MODBUS Messaging on TCP/IP Implementation Guide V1.0b, section 3.1.3 has it: transaction,
 * protocol (0), length, unit, then the PDU.
 */

const HEADER_BYTES = 7;
/** Longest frame: header and 253 bytes of PDU. */
const MAX_FRAME_BYTES = 260;

export interface Request {
  readonly transaction: number;
  readonly unit: number;
  readonly functionCode: number;
  readonly address: number;
  readonly count: number;
  /** What a write of registers (function 16) carries, two bytes each. */
  readonly values?: Buffer;
}

/** Modbus exception codes (MODBUS Application Protocol V1.1b3, section 7). */
export const EXCEPTION = {
  illegalFunction: 1,
  illegalAddress: 2,
  illegalValue: 3,
  deviceFailure: 4,
  gatewayNoAnswer: 11,
} as const;

/** Collects bytes of a connection and cuts requests out of them. */
export class FrameReader {
  #held: Buffer = Buffer.alloc(0);

  /**
   * The complete requests in what has arrived so far.
   * @returns undefined when the stream cannot be Modbus TCP: the connection is of no further use.
   */
  push(chunk: Buffer): Request[] | undefined {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const requests: Request[] = [];
    let at = 0;
    while (bytes.length - at >= HEADER_BYTES) {
      const length = bytes.readUInt16BE(at + 4);
      if (bytes.readUInt16BE(at + 2) !== 0 || length < 2 || length > MAX_FRAME_BYTES - 6) return undefined;
      if (bytes.length - at < 6 + length) break;
      requests.push(requestAt(bytes, at, length));
      at += 6 + length;
    }
    this.#held = at === bytes.length ? Buffer.alloc(0) : bytes.subarray(at);
    return requests;
  }
}

/** Function 16 of the MODBUS Application Protocol V1.1b3, section 6.12. */
export const WRITE_REGISTERS = 16;
/** Unit, function code, first register, number of registers, number of bytes. */
const WRITE_HEADER_BYTES = 7;

function requestAt(bytes: Buffer, at: number, length: number): Request {
  const request = plainRequestAt(bytes, at, length);
  if (request.functionCode !== WRITE_REGISTERS || length < WRITE_HEADER_BYTES) return request;
  const values = bytes.subarray(at + 6 + WRITE_HEADER_BYTES, at + 6 + length);
  return values.length === 2 * request.count ? { ...request, values: Buffer.from(values) } : request;
}

function plainRequestAt(bytes: Buffer, at: number, length: number): Request {
  return {
    transaction: bytes.readUInt16BE(at),
    unit: bytes.readUInt8(at + 6),
    functionCode: bytes.readUInt8(at + 7),
    address: length >= 4 ? bytes.readUInt16BE(at + 8) : 0,
    count: length >= 6 ? bytes.readUInt16BE(at + 10) : 0,
  };
}

/** An answer with registers; `registers` holds two bytes each, high byte first. */
export function registersAnswer(request: Request, registers: Buffer): Buffer {
  const answer = Buffer.allocUnsafe(HEADER_BYTES + 2 + registers.length);
  header(answer, request);
  answer.writeUInt8(request.functionCode, 7);
  answer.writeUInt8(registers.length, 8);
  registers.copy(answer, 9);
  return answer;
}

/** The answer to a write: which registers it was. */
export function writtenAnswer(request: Request): Buffer {
  const answer = Buffer.allocUnsafe(HEADER_BYTES + 5);
  header(answer, request);
  answer.writeUInt8(request.functionCode, 7);
  answer.writeUInt16BE(request.address, 8);
  answer.writeUInt16BE(request.count, 10);
  return answer;
}

export function exceptionAnswer(request: Request, exception: number): Buffer {
  const answer = Buffer.allocUnsafe(HEADER_BYTES + 2);
  header(answer, request);
  answer.writeUInt8(request.functionCode | 0x80, 7);
  answer.writeUInt8(exception, 8);
  return answer;
}

function header(answer: Buffer, request: Request): void {
  answer.writeUInt16BE(request.transaction, 0);
  answer.writeUInt16BE(0, 2);
  answer.writeUInt16BE(answer.length - 6, 4);
  answer.writeUInt8(request.unit, 6);
}
