import type { BusConfig } from '../config.ts';
import { Line } from '../modbus/line.ts';
import { newBusStats } from '../modbus/stats.ts';
import type { CreateTransport } from '../modbus/transport/create.ts';
import type { ReadFailure, ReadRequest } from '../modbus/transport/transport.ts';
import type { ProcessClock } from '../platform/clock.ts';
import { messageOf } from '../platform/errors.ts';
import { durationMs } from '../platform/units.ts';
import { ReadOnlyTransport } from './read-only.ts';

/** The answer to one read: its bytes, or why there are none. */
export type Answer =
  | { readonly bytes: Uint8Array; readonly failure?: undefined; readonly tookMs: number }
  | { readonly bytes?: undefined; readonly failure: ReadFailure; readonly tookMs: number };

/**
 * The line of a commissioning command: the transport and the pacing that the edge uses, opened when it is needed, one
 * request at a time.
 */
export class ProbeLine {
  readonly config: BusConfig;
  readonly transport: ReadOnlyTransport;
  readonly line: Line;
  readonly clock: ProcessClock;
  readonly timeoutMs: number;
  readonly gapMs: number;

  constructor(config: BusConfig, clock: ProcessClock, createTransport: CreateTransport) {
    this.config = config;
    this.clock = clock;
    this.transport = new ReadOnlyTransport(createTransport(config, clock, { onDown: () => undefined }));
    this.line = new Line(this.transport, clock, newBusStats());
    this.timeoutMs = durationMs(config.timeout);
    this.gapMs = durationMs(config.turnaround);
  }

  /** Opens the line unless it is open; the failure when that is not possible. */
  async open(): Promise<ReadFailure | undefined> {
    if (this.transport.isOpen) return undefined;
    try {
      await this.transport.connect(this.timeoutMs);
      return undefined;
    } catch (error) {
      return { code: 'MODBUS_CONNECTION', reason: messageOf(error) };
    }
  }

  /** One read. It never rejects: a failure is an answer, too. */
  async read(request: Omit<ReadRequest, 'timeoutMs'>, gapMs = this.gapMs): Promise<Answer> {
    const refused = await this.open();
    const startMs = this.clock.nowMs();
    if (refused) return { failure: refused, tookMs: 0 };
    return new Promise((resolve) => {
      this.line.send({ ...request, timeoutMs: this.timeoutMs }, gapMs, {
        onRegisters: (bytes) => resolve({ bytes: Uint8Array.from(bytes), tookMs: this.clock.nowMs() - startMs }),
        onFailure: (failure) => resolve({ failure, tookMs: this.clock.nowMs() - startMs }),
      });
    });
  }

  close(): Promise<void> {
    return this.transport.close();
  }
}
