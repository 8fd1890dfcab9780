import { EventEmitter } from 'node:events';
import type { Duplex } from 'node:stream';
import type { ProcessClock, Timer } from '../../platform/clock.ts';
import type { LateAnswers } from './late-answers.ts';
import { type CharacterFormat, characterMs, formatName } from './line-timing.ts';
import {
  type Expected,
  expectedAnswer,
  findAnswer,
  type LineFault,
  type Rubbish,
  readRequest,
  sortRubbish,
} from './rtu-frames.ts';

/** What is kept of bytes that are no answer; a frame has at most 256. */
const KEPT_BYTES = 1024;
/** After this long without another byte, a complete answer with a wrong CRC will not be followed by a sound one. */
const SETTLED_MS = 50;
/** What a unit is given to think, beside the time that frames take. */
const LEAST_THOUGHT_MS = 50;
const FENCE_BYTES = 8 + 7;

export interface RtuPortOptions {
  readonly stream: Duplex;
  readonly isOpen: () => boolean;
  readonly clock: ProcessClock;
  /** Silence kept before each request. */
  readonly interFrameMs: number;
  /** Undefined where it is not known, as behind a converter. */
  readonly format: CharacterFormat | undefined;
  /** Kept by the line over all its ports. */
  readonly late: LateAnswers;
  readonly onFault: (fault: LineFault) => void;
}

/** A request on its way. */
interface Exchange {
  readonly request: Buffer;
  readonly expected: Expected;
  /** What is to be sent once this, a fence, is answered. */
  readonly then: Buffer | undefined;
  sent: boolean;
  echoed: boolean;
}

/**
 * Serial-line (RTU) frames over a stream, as a port for modbus-serial. The library's own ports take what was left over
 * from before for an answer, or the first bytes that look like one, and give up when the CRC is wrong: this one finds
 * the answer among noise, echoes and others' frames, counts those, keeps the silence between frames, and sees to it
 * that an answer which comes late is not taken for another's (late-answers.ts).
 */
export class RtuPort extends EventEmitter {
  readonly #options: RtuPortOptions;
  #received: Buffer = Buffer.alloc(0);
  #exchange: Exchange | undefined;
  #lastByteMs = Number.NEGATIVE_INFINITY;
  #sendTimer: Timer | undefined;
  #settleTimer: Timer | undefined;
  readonly #onData = (data: Buffer): void => this.#take(data);

  constructor(options: RtuPortOptions) {
    super();
    this.#options = options;
    options.stream.on('data', this.#onData);
  }

  get isOpen(): boolean {
    return this.#options.isOpen();
  }

  open(callback: (error?: Error) => void): void {
    callback();
  }

  close(callback?: () => void): void {
    this.detach();
    callback?.();
  }

  /** Sends a request; the library has put its CRC at the end. */
  write(request: Buffer): void {
    this.#sort(undefined);
    const unit = request.readUInt8(0);
    const fence = this.#options.late.fenceBefore(unit, request.readUInt8(1));
    if (fence === undefined) this.#begin(request, undefined);
    else this.#begin(readRequest(unit, fence, request.readUInt16BE(2), 1), request);
  }

  /** Leaves the stream to another port. What was asked here and not answered is owed from now on. */
  detach(): void {
    const { stream, late } = this.#options;
    stream.off('data', this.#onData);
    this.#sendTimer?.cancel();
    this.#settleTimer?.cancel();
    const exchange = this.#exchange;
    this.#exchange = undefined;
    this.#sort(exchange?.expected);
    if (exchange?.sent) late.owes(exchange.expected.unit, exchange.expected.functionCode);
  }

  /** What came in the place of the answer, and what to do about it; undefined when nothing did. */
  explanation(): string | undefined {
    const exchange = this.#exchange;
    if (exchange === undefined) return undefined;
    if (!exchange.sent) return 'the line was never quiet, so that nothing could be sent';
    const rubbish = sortRubbish(this.#received, exchange.expected, () => false);
    return explain(rubbish, exchange, this.#options.format);
  }

  /** The least time in which a read of `count` registers can be answered on this line, ms; 0 when that is not known. */
  leastMs(count: number): number {
    const { format, interFrameMs } = this.#options;
    if (format === undefined) return 0;
    const bytes = FENCE_BYTES + 13 + 2 * count;
    return bytes * characterMs(format) + 4 * interFrameMs + LEAST_THOUGHT_MS;
  }

  #begin(request: Buffer, then: Buffer | undefined): void {
    this.#exchange = { request, expected: expectedAnswer(request), then, sent: false, echoed: false };
    this.#sendWhenQuiet(this.#exchange);
  }

  #sendWhenQuiet(exchange: Exchange): void {
    const { clock, interFrameMs, stream } = this.#options;
    const waitMs = this.#lastByteMs + interFrameMs - clock.nowMs();
    if (waitMs > 0) {
      // Bytes may come meanwhile, and timers may be early: looked at again then.
      this.#sendTimer = clock.setTimer(Math.ceil(waitMs), () => this.#sendWhenQuiet(exchange));
      return;
    }
    this.#sort(undefined);
    exchange.sent = true;
    stream.write(exchange.request);
  }

  #take(data: Buffer): void {
    this.#lastByteMs = this.#options.clock.nowMs();
    this.#received = Buffer.concat([this.#received, data]).subarray(-KEPT_BYTES);
    const exchange = this.#exchange;
    if (exchange?.sent && !this.#isInEcho(exchange)) this.#look(exchange);
  }

  /** Removes the echo of the request; true while what has come is the beginning of one. */
  #isInEcho(exchange: Exchange): boolean {
    if (exchange.echoed) return false;
    const { request } = exchange;
    const at = this.#received.indexOf(request);
    if (at >= 0) {
      exchange.echoed = true;
      this.#options.onFault('echo');
      this.#sortBytes(this.#received.subarray(0, at), exchange.expected);
      this.#received = this.#received.subarray(at + request.length);
      return this.#received.length === 0;
    }
    const { length } = this.#received;
    return length < request.length && this.#received.equals(request.subarray(0, length));
  }

  #look(exchange: Exchange): void {
    this.#settleTimer?.cancel();
    const { found, before, damaged } = findAnswer(this.#received, exchange.expected);
    if (found !== undefined) {
      this.#received = this.#received.subarray(before.length + found.length);
      this.#sortBytes(before, exchange.expected);
      this.#answered(exchange, found);
    } else if (damaged !== undefined) {
      this.#settleTimer = this.#options.clock.setTimer(SETTLED_MS, () => this.#damaged(exchange, damaged));
    }
  }

  #answered({ expected, then }: Exchange, frame: Buffer): void {
    this.#exchange = undefined;
    if (then === undefined) {
      this.emit('data', frame);
      return;
    }
    this.#options.late.settled(expected.unit);
    this.#begin(then, undefined);
  }

  /** The library finds the CRC wrong and says so. The true answer may still come. */
  #damaged({ expected }: Exchange, frame: Buffer): void {
    this.#exchange = undefined;
    this.#options.late.owes(expected.unit, expected.functionCode);
    this.#sort(expected);
    this.emit('data', frame);
  }

  /** Counts what has come and is no answer, and forgets it. */
  #sort(expected: Expected | undefined): void {
    const bytes = this.#received;
    this.#received = Buffer.alloc(0);
    this.#sortBytes(bytes, expected);
  }

  #sortBytes(bytes: Buffer, expected: Expected | undefined): void {
    if (bytes.length === 0) return;
    const { late, onFault } = this.#options;
    for (const fault of sortRubbish(bytes, expected, (unit) => late.isOwedBy(unit)).faults) onFault(fault);
  }
}

function explain(rubbish: Rubbish, exchange: Exchange, format: CharacterFormat | undefined): string | undefined {
  const { faults, strayBytes, otherUnit } = rubbish;
  const { bytes, unit } = exchange.expected;
  if (faults.includes('cut')) return `the answer broke off after ${strayBytes} of ${bytes} bytes`;
  if (faults.includes('noise')) {
    const settings = format === undefined ? 'of the converter' : `(here ${formatName(format)})`;
    return `${strayBytes} bytes came that are no frame: check baud rate, parity and stop bits ${settings}, and the wires A and B`;
  }
  if (otherUnit !== undefined) return `a frame of unit ${otherUnit} came in the place of unit ${unit}'s`;
  if (faults.includes('late')) return 'an answer to an earlier request came';
  return exchange.echoed ? 'only the echo of the request came back' : undefined;
}
