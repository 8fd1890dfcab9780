import type { CreateTransport } from '../modbus/transport/create.ts';
import type { ProcessClock } from '../platform/clock.ts';
import type { Console } from './console.ts';

/** What every commissioning command works with. */
export interface Tools {
  readonly console: Console;
  readonly clock: ProcessClock;
  readonly createTransport: CreateTransport;
}
