import type { ReadRegisterResult, WriteMultipleResult } from 'modbus-serial/ModbusRTU.js';
import type { ProcessClock, Timer } from '../../platform/clock.ts';
import { GridwardenError, messageOf } from '../../platform/errors.ts';
import type { Link, LinkOpener } from './link.ts';
import type {
  ModbusTransport,
  ReadFailure,
  ReadHandler,
  ReadRequest,
  TransportEvents,
  WriteRequest,
} from './transport.ts';

const NO_REGISTERS = new Uint8Array(0);

export interface ClientTransportOptions {
  /** For messages: `host:port` or the serial device. */
  readonly name: string;
  readonly opener: LinkOpener;
  readonly clock: ProcessClock;
  readonly events: TransportEvents;
}

/**
 * A transport through modbus-serial, with what the library leaves open: a time-out on every request, the connection
 * dropped after one, the end of a connection noticed, and each answer checked against the request it belongs to.
 */
export class ClientTransport implements ModbusTransport {
  readonly #options: ClientTransportOptions;
  #link: Link | undefined;
  #dropping: Promise<void> = Promise.resolve();
  #handler: ReadHandler | undefined;
  #count = 0;
  /** Number of the request in flight; an answer that carries an older one is late and ignored. */
  #sequence = 0;
  #deadlineMs = 0;
  #timer: Timer | undefined;
  #timerDueMs = 0;

  constructor(options: ClientTransportOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#link?.client.isOpen === true;
  }

  async connect(timeoutMs: number): Promise<void> {
    await this.#drop();
    const { name, opener } = this.#options;
    try {
      let lost: string | undefined;
      let link: Link | undefined;
      link = await opener.open((reason) => {
        lost = reason;
        // The line may end while it is still being set up; then there is nobody to tell yet.
        if (link !== undefined && this.#link === link) this.#onClosed(reason);
      }, timeoutMs);
      if (lost !== undefined) throw new Error(lost);
      this.#link = link;
    } catch (cause) {
      throw new GridwardenError('MODBUS_CONNECTION', `${name} cannot be reached: ${messageOf(cause)}`, { cause });
    }
  }

  readRegisters(request: ReadRequest, handler: ReadHandler): void {
    const { unit, functionCode, address, count } = request;
    const client = this.#begin(request.timeoutMs, count, handler);
    this.#count = count;
    const sequence = this.#sequence;
    // The calls that take the unit: setID() followed by a read would race with another read.
    const next = (error: unknown, result: ReadRegisterResult | undefined) => this.#onAnswer(sequence, error, result);
    if (functionCode === 3) client.writeFC3(unit, address, count, next);
    else client.writeFC4(unit, address, count, next);
  }

  writeRegisters(request: WriteRequest, handler: ReadHandler): void {
    const { unit, address, values } = request;
    const client = this.#begin(request.timeoutMs, values.length, handler);
    const sequence = this.#sequence;
    client.writeFC16(unit, address, [...values], (error: unknown, result: WriteMultipleResult | undefined) =>
      this.#onWritten(sequence, error, result?.address === address && result.length === values.length),
    );
  }

  /** The client, with the request's time running and its handler waiting. */
  #begin(timeoutMs: number, count: number, handler: ReadHandler): Link['client'] {
    const link = this.#link;
    const client = link?.client;
    if (client === undefined || this.#handler !== undefined) {
      throw new GridwardenError('INTERNAL', `a request on ${this.#options.name} while ${client ? 'busy' : 'not open'}`);
    }
    this.#handler = handler;
    this.#sequence += 1;
    this.#startTimeout(Math.max(timeoutMs, link?.leastMs?.(count) ?? 0));
    return client;
  }

  async close(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = undefined;
    const dropped = this.#drop();
    this.#fail({ code: 'MODBUS_CONNECTION', reason: 'the connection was closed here' });
    await dropped;
    await this.#options.opener.close();
  }

  #onAnswer(sequence: number, error: unknown, result: ReadRegisterResult | undefined): void {
    if (sequence !== this.#sequence || this.#handler === undefined || this.#failed(error)) return;
    const bytes = result?.buffer;
    // The library checks the frame's length, but not that its byte count agrees with it.
    if (bytes === undefined || bytes.length !== 2 * this.#count) {
      void this.#drop();
      this.#fail({ code: 'MODBUS_MALFORMED', reason: `${bytes?.length ?? 0} bytes for ${this.#count} registers` });
      return;
    }
    this.#answered(this.#handler, bytes);
  }

  #onWritten(sequence: number, error: unknown, isEcho: boolean): void {
    if (sequence !== this.#sequence || this.#handler === undefined || this.#failed(error)) return;
    if (isEcho) {
      this.#answered(this.#handler, NO_REGISTERS);
      return;
    }
    void this.#drop();
    this.#fail({ code: 'MODBUS_MALFORMED', reason: 'the answer to a write names other registers' });
  }

  /** Whether the request failed; then its handler knows. */
  #failed(error: unknown): boolean {
    if (!error) return false;
    const failure = failureOf(error);
    // An exception is a sound answer; after anything else the stream cannot be trusted any more.
    if (failure.code === 'MODBUS_EXCEPTION') this.#link?.answered?.();
    else void this.#drop();
    this.#fail(failure);
    return true;
  }

  #answered(handler: ReadHandler, bytes: Uint8Array): void {
    this.#link?.answered?.();
    this.#handler = undefined;
    handler.onRegisters(bytes);
  }

  /**
   * One timer runs on over many requests: it is only set anew when it would fire too late, and looks at the deadline
   * of the moment when it fires. Requests that are answered at once cost no timer of their own.
   */
  #startTimeout(timeoutMs: number): void {
    const { clock } = this.#options;
    this.#deadlineMs = clock.nowMs() + timeoutMs;
    if (this.#timer !== undefined && this.#timerDueMs <= this.#deadlineMs) return;
    this.#timer?.cancel();
    this.#setTimer(timeoutMs);
  }

  #setTimer(delayMs: number): void {
    const { clock } = this.#options;
    this.#timerDueMs = clock.nowMs() + delayMs;
    this.#timer = clock.setTimer(delayMs, () => {
      this.#timer = undefined;
      if (this.#handler === undefined) return;
      const leftMs = this.#deadlineMs - clock.nowMs();
      if (leftMs > 0) this.#setTimer(Math.ceil(leftMs));
      else this.#onTimeout();
    });
  }

  #onTimeout(): void {
    const explanation = this.#link?.explanation?.();
    void this.#drop();
    const reason = explanation === undefined ? 'no answer in time' : `no answer in time: ${explanation}`;
    this.#fail({ code: 'MODBUS_TIMEOUT', reason });
  }

  #onClosed(reason: string): void {
    this.#link = undefined;
    if (this.#handler === undefined) this.#options.events.onDown(reason);
    else this.#fail({ code: 'MODBUS_CONNECTION', reason });
  }

  #fail(failure: ReadFailure): void {
    const handler = this.#handler;
    this.#handler = undefined;
    handler?.onFailure(failure);
  }

  #drop(): Promise<void> {
    const link = this.#link;
    this.#link = undefined;
    if (link !== undefined) this.#dropping = link.drop().catch(() => undefined);
    return this.#dropping;
  }
}

/** The library's errors, told apart by their properties and never by their words. */
function failureOf(error: unknown): ReadFailure {
  const reason = messageOf(error);
  if (typeof error !== 'object' || error === null) return { code: 'MODBUS_MALFORMED', reason };
  const exception: unknown = Reflect.get(error, 'modbusCode');
  if (typeof exception === 'number') return { code: 'MODBUS_EXCEPTION', exception, reason };
  const isConnection = typeof Reflect.get(error, 'errno') === 'string';
  return { code: isConnection ? 'MODBUS_CONNECTION' : 'MODBUS_MALFORMED', reason };
}
