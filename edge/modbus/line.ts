import type { ProcessClock } from '../platform/clock.ts';
import type { BusStats } from './stats.ts';
import type { ModbusTransport, ReadFailure, ReadHandler, ReadRequest, WriteRequest } from './transport/transport.ts';

/** Sends one request after another over a transport, keeps the idle time between them, and counts. */
export class Line implements ReadHandler {
  readonly #transport: ModbusTransport;
  readonly #clock: ProcessClock;
  readonly #stats: BusStats;
  #handler: ReadHandler | undefined;
  #sentMs = 0;
  #answeredMs = Number.NEGATIVE_INFINITY;

  constructor(transport: ModbusTransport, clock: ProcessClock, stats: BusStats) {
    this.#transport = transport;
    this.#clock = clock;
    this.#stats = stats;
  }

  /** Time that requests have taken so far, ms. */
  get busyMs(): number {
    return this.#stats.busyMs;
  }

  /** Sends a request once `gapMs` have passed since the last answer. One at a time. */
  send(request: ReadRequest | WriteRequest, gapMs: number, handler: ReadHandler): void {
    this.#handler = handler;
    const waitMs = gapMs === 0 ? 0 : this.#answeredMs + gapMs - this.#clock.nowMs();
    if (waitMs > 0) this.#clock.setTimer(Math.ceil(waitMs), () => this.#sendNow(request));
    else this.#sendNow(request);
  }

  onRegisters(bytes: Uint8Array): void {
    this.#ended()?.onRegisters(bytes);
  }

  onFailure(failure: ReadFailure): void {
    const stats = this.#stats;
    if (failure.code === 'MODBUS_TIMEOUT') stats.timeouts += 1;
    else if (failure.code === 'MODBUS_EXCEPTION') stats.exceptions += 1;
    else if (failure.code === 'MODBUS_MALFORMED') stats.malformed += 1;
    else stats.connectionFailures += 1;
    this.#ended()?.onFailure(failure);
  }

  #sendNow(request: ReadRequest | WriteRequest): void {
    this.#sentMs = this.#clock.nowMs();
    if (!this.#transport.isOpen) {
      this.onFailure({ code: 'MODBUS_CONNECTION', reason: 'the connection is not open' });
      return;
    }
    this.#stats.requests += 1;
    if ('values' in request) this.#transport.writeRegisters(request, this);
    else this.#transport.readRegisters(request, this);
  }

  #ended(): ReadHandler | undefined {
    this.#answeredMs = this.#clock.nowMs();
    this.#stats.busyMs += this.#answeredMs - this.#sentMs;
    const handler = this.#handler;
    this.#handler = undefined;
    return handler;
  }
}
