import { Backoff } from '../platform/backoff.ts';
import type { ProcessClock, Random, Timer } from '../platform/clock.ts';
import { messageOf } from '../platform/errors.ts';
import type { ModbusTransport } from './transport/transport.ts';

const FIRST_WAIT_MS = 500;
const LAST_WAIT_MS = 30_000;

export interface ConnectionOptions {
  readonly transport: ModbusTransport;
  readonly clock: ProcessClock;
  readonly random: Random;
  readonly connectTimeoutMs: number;
  /** Longest wait between two attempts; default 30 s. */
  readonly lastWaitMs?: number;
  /** The connection is open: read on. */
  readonly onUp: () => void;
  /** An attempt failed; the next one follows after a wait. */
  readonly onUnreachable: (reason: string) => void;
}

/**
 * Keeps a transport connected. A connection on which something was answered, or that was dropped here (a time-out does
 * that, and the other devices must not wait for it), is opened again at once; else with back-off and jitter.
 */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #backoff: Backoff;
  #connecting: Promise<void> | undefined;
  #timer: Timer | undefined;
  #atOnce = true;
  #stopped = false;
  #problem: string | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#backoff = new Backoff({ firstMs: FIRST_WAIT_MS, maxMs: options.lastWaitMs ?? LAST_WAIT_MS }, options.random);
  }

  /** Why the last attempt failed; undefined while there is hope: connected, or the first attempt still under way. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** The connection is of use: a later loss is mended at once. */
  answered(): void {
    if (this.#atOnce) return;
    this.#atOnce = true;
    this.#backoff.reset();
  }

  /** The connection was dropped here, for no fault of its own. */
  droppedHere(): void {
    this.#atOnce = true;
  }

  /** Opens the connection unless it is open, being opened, or to be opened after a wait. */
  ensure(): void {
    if (this.#stopped || this.#connecting !== undefined || this.#timer !== undefined || this.#options.transport.isOpen)
      return;
    if (this.#atOnce) this.#connect();
    else this.#connectAfter(this.#backoff.nextMs());
  }

  /** Closes the connection for good; waits for an attempt that is under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#connecting;
    await this.#options.transport.close();
  }

  #connectAfter(delayMs: number): void {
    this.#timer = this.#options.clock.setTimer(delayMs, () => {
      this.#timer = undefined;
      this.#connect();
    });
  }

  #connect(): void {
    const { transport, connectTimeoutMs } = this.#options;
    this.#connecting = transport.connect(connectTimeoutMs).then(
      () => this.#connected(),
      (error: unknown) => this.#refused(messageOf(error)),
    );
  }

  #connected(): void {
    this.#connecting = undefined;
    this.#atOnce = false;
    this.#problem = undefined;
    if (!this.#stopped) this.#options.onUp();
  }

  #refused(reason: string): void {
    this.#connecting = undefined;
    this.#atOnce = false;
    this.#problem = reason;
    if (this.#stopped) return;
    this.#connectAfter(this.#backoff.nextMs());
    this.#options.onUnreachable(reason);
  }
}
