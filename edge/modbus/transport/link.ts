import type { ModbusRTU } from 'modbus-serial/ModbusRTU.js';

/** An open line with a modbus-serial client on it. */
export interface Link {
  readonly client: ModbusRTU;
  /** Told when a request is sent and when it has ended; for lines that need help to notice an answer. */
  waiting?(isWaiting: boolean): void;
  /** Ends the line at once; settles when it is free to be opened again. */
  drop(): Promise<void>;
}

/**
 * Opens a line. `onClosed` is called once if the line ends by itself (closed or reset by the other side, unplugged);
 * not after `drop`.
 *
 * @throws whatever the line says; the caller makes an error of the catalogue of it
 */
export type OpenLink = (onClosed: (reason: string) => void, timeoutMs: number) => Promise<Link>;
