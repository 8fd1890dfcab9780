import type {
  ModbusTransport,
  ReadHandler,
  ReadRequest,
  TransportEvents,
  WriteRequest,
} from '../../edge/modbus/transport/transport.ts';
import type { ProcessClock } from '../../edge/platform/clock.ts';
import { GridwardenError } from '../../edge/platform/errors.ts';

/** What a fake device does with one read: answers after a time, refuses, or stays silent. */
export type FakeAnswer =
  | { readonly kind: 'words'; readonly afterMs: number; readonly word?: (address: number) => number }
  | { readonly kind: 'exception'; readonly code: number; readonly afterMs: number }
  | { readonly kind: 'silent' }
  | { readonly kind: 'malformed'; readonly afterMs: number }
  | { readonly kind: 'cut'; readonly afterMs: number };

export interface FakeRead extends ReadRequest {
  readonly atMs: number;
}

/**
 * A transport without a network, under a clock that the test moves: one request in flight, time-outs and drops as the
 * interface promises, answers by a function of the request.
 */
export class FakeTransport implements ModbusTransport {
  readonly reads: FakeRead[] = [];
  readonly writes: (WriteRequest & { readonly atMs: number })[] = [];
  readonly #clock: ProcessClock;
  readonly #events: TransportEvents;
  answer: (request: ReadRequest) => FakeAnswer = () => ({ kind: 'words', afterMs: 1 });
  /** Whether a connection can be made now. */
  reachable = true;
  connects = 0;
  isOpen = false;
  #handler: ReadHandler | undefined;
  #sequence = 0;

  constructor(clock: ProcessClock, events: TransportEvents) {
    this.#clock = clock;
    this.#events = events;
  }

  connect(): Promise<void> {
    if (!this.reachable) return Promise.reject(new GridwardenError('MODBUS_CONNECTION', 'nobody there'));
    this.connects += 1;
    this.isOpen = true;
    return Promise.resolve();
  }

  readRegisters(request: ReadRequest, handler: ReadHandler): void {
    if (!this.isOpen || this.#handler !== undefined) throw new Error('one read at a time, on an open connection');
    this.reads.push({ ...request, atMs: this.#clock.nowMs() });
    this.#handler = handler;
    this.#sequence += 1;
    const sequence = this.#sequence;
    const answer = this.answer(request);
    const afterMs = answer.kind === 'silent' ? request.timeoutMs : answer.afterMs;
    this.#clock.setTimer(Math.min(afterMs, request.timeoutMs), () => {
      if (sequence !== this.#sequence || this.#handler === undefined) return;
      this.#handler = undefined;
      if (afterMs >= request.timeoutMs) this.#timeOut(handler);
      else this.#give(request, answer, handler);
    });
  }

  /** Writes are answered at once; `onWrite` is told. */
  onWrite: (request: WriteRequest) => void = () => undefined;

  writeRegisters(request: WriteRequest, handler: ReadHandler): void {
    if (!this.isOpen || this.#handler !== undefined) throw new Error('one request at a time, on an open connection');
    this.writes.push({ ...request, atMs: this.#clock.nowMs() });
    this.onWrite(request);
    this.#handler = handler;
    this.#sequence += 1;
    const sequence = this.#sequence;
    this.#clock.setTimer(1, () => {
      if (sequence !== this.#sequence || this.#handler === undefined) return;
      this.#handler = undefined;
      handler.onRegisters(new Uint8Array(0));
    });
  }

  close(): Promise<void> {
    this.isOpen = false;
    const handler = this.#handler;
    this.#handler = undefined;
    handler?.onFailure({ code: 'MODBUS_CONNECTION', reason: 'closed' });
    return Promise.resolve();
  }

  /** The other side goes away. */
  lose(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    const handler = this.#handler;
    this.#handler = undefined;
    if (handler) handler.onFailure({ code: 'MODBUS_CONNECTION', reason: 'lost' });
    else this.#events.onDown('lost');
  }

  #timeOut(handler: ReadHandler): void {
    this.isOpen = false;
    handler.onFailure({ code: 'MODBUS_TIMEOUT', reason: 'no answer in time' });
  }

  #give(request: ReadRequest, answer: FakeAnswer, handler: ReadHandler): void {
    switch (answer.kind) {
      case 'words': {
        const bytes = Buffer.alloc(2 * request.count);
        const word = answer.word ?? (() => 0);
        for (let i = 0; i < request.count; i++) bytes.writeUInt16BE(word(request.address + i), 2 * i);
        handler.onRegisters(bytes);
        return;
      }
      case 'exception':
        handler.onFailure({ code: 'MODBUS_EXCEPTION', exception: answer.code, reason: `exception ${answer.code}` });
        return;
      case 'malformed':
        this.isOpen = false;
        handler.onFailure({ code: 'MODBUS_MALFORMED', reason: 'nonsense' });
        return;
      case 'cut':
        this.isOpen = false;
        handler.onFailure({ code: 'MODBUS_CONNECTION', reason: 'cut' });
        return;
      case 'silent':
        return;
    }
  }
}
