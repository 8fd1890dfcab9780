import type { ModbusRTU } from 'modbus-serial/ModbusRTU.js';

/** An open line with a modbus-serial client on it. */
export interface Link {
  readonly client: ModbusRTU;
  /** The least time in which a read of `count` registers can be answered, ms; for lines whose speed is known. */
  leastMs?(count: number): number;
  /** What came in the place of the answer that is awaited, and what to do about it; undefined when nothing did. */
  explanation?(): string | undefined;
  /** Told that a request was answered soundly, be it with an exception. */
  answered?(): void;
  /** Ends the link at once; settles when the line may be opened again. */
  drop(): Promise<void>;
}

/** Opens a line, again and again. */
export interface LinkOpener {
  /**
   * `onClosed` is called once if the line ends by itself (closed or reset by the other side, unplugged); not after
   * `drop`.
   *
   * @throws whatever the line says, with what to do about it; the caller makes an error of the catalogue of it
   */
  open(onClosed: (reason: string) => void, timeoutMs: number): Promise<Link>;
  /** Gives the line back; what is open between two links is closed, too. */
  close(): Promise<void>;
}
