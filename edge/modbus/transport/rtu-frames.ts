/** Frames of a serial line (Modbus over serial line V1.02, section 2.5.1): unit, function code, data, CRC. */

/** What was on a line and was not the answer to the request under way. Each is counted, none is ever a reading. */
export const LINE_FAULTS = [
  /** Bytes that are no frame. */
  'noise',
  /** An answer that broke off. */
  'cut',
  /** An answer whose CRC is wrong. */
  'checksum',
  /** The request itself: the adapter hears what it sends. */
  'echo',
  /** A sound frame of another unit, or of another master. */
  'other_unit',
  /** A sound frame of a unit that owes an answer, but not to this request: an answer that comes late. */
  'late',
] as const;

export type LineFault = (typeof LINE_FAULTS)[number];

const EXCEPTION_BIT = 0x80;
/** Unit, function code with the top bit set, exception number, CRC. */
const EXCEPTION_BYTES = 5;
/** Unit, function code, byte count, CRC; the registers lie between. */
const READ_ANSWER_BYTES = 5;
/** Unit, function code, two words, CRC: every request to read or to write one, and the answer to every write. */
const SHORT_BYTES = 8;
const WRITE_REGISTERS = 16;
const LAST_READ_FUNCTION = 4;
const WRITES: ReadonlySet<number> = new Set([5, 6, 15, WRITE_REGISTERS]);
const LAST_UNIT = 247;

/** What each byte does to the CRC. */
const CRC_OF_BYTE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  return crc;
});

/** CRC-16 (Modbus over serial line V1.02, section 6.2.2) of the first `length` bytes; default: of all. */
export function crc16(bytes: Uint8Array, length = bytes.length): number {
  let crc = 0xffff;
  for (let index = 0; index < length; index++) {
    crc = (crc >>> 8) ^ (CRC_OF_BYTE[(crc ^ (bytes[index] ?? 0)) & 0xff] ?? 0);
  }
  return crc;
}

/** Whether the last two bytes are the CRC of the others. */
export function isSound(frame: Uint8Array): boolean {
  const length = frame.length;
  if (length < EXCEPTION_BYTES - 1) return false;
  const sent = (frame[length - 2] ?? 0) | ((frame[length - 1] ?? 0) << 8);
  return crc16(frame, length - 2) === sent;
}

/** A request to read `count` registers or bits, CRC and all. */
export function readRequest(unit: number, functionCode: number, address: number, count: number): Buffer {
  const frame = Buffer.alloc(SHORT_BYTES);
  frame.writeUInt8(unit, 0);
  frame.writeUInt8(functionCode, 1);
  frame.writeUInt16BE(address, 2);
  frame.writeUInt16BE(count, 4);
  frame.writeUInt16LE(crc16(frame, 6), 6);
  return frame;
}

/** What the answer to a request looks like. */
export interface Expected {
  readonly unit: number;
  readonly functionCode: number;
  readonly bytes: number;
}

/** What answers `request`, a frame that reads registers or bits or writes registers. */
export function expectedAnswer(request: Buffer): Expected {
  const functionCode = request.readUInt8(1);
  const count = request.readUInt16BE(4);
  const dataBytes = functionCode <= 2 ? Math.ceil(count / 8) : 2 * count;
  const bytes = functionCode === WRITE_REGISTERS ? SHORT_BYTES : READ_ANSWER_BYTES + dataBytes;
  return { unit: request.readUInt8(0), functionCode, bytes };
}

/** Where the answer lies in what was received, if it does. */
export interface Search {
  readonly found?: Buffer;
  /** Bytes before the answer that was found, or all. */
  readonly before: Buffer;
  /** A frame that would be the answer but for its CRC; only when nothing that is still incomplete may be it. */
  readonly damaged?: Buffer;
}

/**
 * Looks for the answer among other bytes: the first sound frame with its unit and function code. What looks like its
 * beginning is waited for until it is complete; whatever follows is then looked at again.
 */
export function findAnswer(received: Buffer, expected: Expected): Search {
  let damaged: Buffer | undefined;
  for (let at = received.indexOf(expected.unit); at >= 0; at = received.indexOf(expected.unit, at + 1)) {
    const length = lengthOf(received[at + 1], expected);
    if (length === 0) continue;
    if (at + length > received.length) return { before: received };
    const frame = received.subarray(at, at + length);
    if (isSound(frame)) return { found: frame, before: received.subarray(0, at) };
    damaged ??= frame;
  }
  return damaged === undefined ? { before: received } : { before: received, damaged };
}

/** Length of the answer if it has this function code; 0 when that is none of it. */
function lengthOf(functionCode: number | undefined, expected: Expected): number {
  if (functionCode === expected.functionCode) return expected.bytes;
  return functionCode === (expected.functionCode | EXCEPTION_BIT) ? EXCEPTION_BYTES : 0;
}

/** What bytes that were no answer are. */
export interface Rubbish {
  readonly faults: readonly LineFault[];
  /** Bytes that belong to no sound frame. */
  readonly strayBytes: number;
  /** The unit of the last sound frame of another one. */
  readonly otherUnit?: number;
}

/** Sorts bytes that were not the answer to `expected` (undefined: nothing was asked); `owes` tells who may answer late. */
export function sortRubbish(bytes: Buffer, expected: Expected | undefined, owes: (unit: number) => boolean): Rubbish {
  const faults: LineFault[] = [];
  const stray: Buffer[] = [];
  let otherUnit: number | undefined;
  let strayFrom = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = soundFrameAt(bytes, at);
    if (length === 0) {
      at += 1;
      continue;
    }
    const unit = bytes.readUInt8(at);
    const isLate = unit === expected?.unit || owes(unit);
    faults.push(isLate ? 'late' : 'other_unit');
    otherUnit = unit === expected?.unit ? otherUnit : unit;
    stray.push(bytes.subarray(strayFrom, at));
    at += length;
    strayFrom = at;
  }
  stray.push(bytes.subarray(strayFrom));
  const left = stray.filter((part) => part.length > 0);
  return {
    faults: [...faults, ...left.map((part) => strayFault(part, expected))],
    strayBytes: left.reduce((sum, part) => sum + part.length, 0),
    ...(otherUnit === undefined ? {} : { otherUnit }),
  };
}

function strayFault(part: Buffer, expected: Expected | undefined): LineFault {
  for (let at = 0; expected !== undefined && at + 1 < part.length; at++) {
    const length = part[at] === expected.unit ? lengthOf(part[at + 1], expected) : 0;
    if (length > 0) return at + length > part.length ? 'cut' : 'checksum';
  }
  return 'noise';
}

/** Length of the sound frame that begins here; 0 when none does. */
function soundFrameAt(bytes: Buffer, at: number): number {
  const unit = bytes[at] ?? 0;
  const functionCode = bytes[at + 1] ?? 0;
  if (unit > LAST_UNIT) return 0;
  const lengths = possibleLengths(functionCode, bytes[at + 2] ?? 0);
  return lengths.find((length) => at + length <= bytes.length && isSound(bytes.subarray(at, at + length))) ?? 0;
}

function possibleLengths(functionCode: number, byteCount: number): readonly number[] {
  if (functionCode > EXCEPTION_BIT) return [EXCEPTION_BYTES];
  if (WRITES.has(functionCode)) return [SHORT_BYTES];
  if (functionCode >= 1 && functionCode <= LAST_READ_FUNCTION) return [READ_ANSWER_BYTES + byteCount, SHORT_BYTES];
  return [];
}
