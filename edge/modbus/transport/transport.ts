import type { FunctionCode } from '../../profiles/schema.ts';
import type { LineFault } from './rtu-frames.ts';

/** Why a read failed, by error catalogue. */
export interface ReadFailure {
  readonly code: 'MODBUS_TIMEOUT' | 'MODBUS_CONNECTION' | 'MODBUS_EXCEPTION' | 'MODBUS_MALFORMED';
  /** The exception's number, for `MODBUS_EXCEPTION`. */
  readonly exception?: number;
  readonly reason: string;
}

/** Takes the answer of one read. Exactly one of the two is called, once, for each read. */
export interface ReadHandler {
  /** Two bytes a register, as they stood in the frame; only valid during the call. */
  onRegisters(bytes: Uint8Array): void;
  onFailure(failure: ReadFailure): void;
}

export interface ReadRequest {
  readonly unit: number;
  readonly functionCode: FunctionCode;
  /** Zero-based protocol address. */
  readonly address: number;
  readonly count: number;
  readonly timeoutMs: number;
}

/** Function 16. Only what chooses the entries of a load profile is ever written (edge/modbus/load-profile-fill.ts). */
export interface WriteRequest {
  readonly unit: number;
  /** Zero-based protocol address of the first register. */
  readonly address: number;
  readonly values: readonly number[];
  readonly timeoutMs: number;
}

/**
 * One physical bus: a TCP connection to a gateway or device, or a serial line. One request is in flight at a time.
 * After a time-out or a malformed answer the connection is dropped, so that a late answer is never taken for the
 * answer to another request: `isOpen` is then false when the handler is called, and the owner connects again.
 */
export interface ModbusTransport {
  readonly isOpen: boolean;
  /**
   * Opens the connection.
   *
   * @throws GridwardenError MODBUS_CONNECTION
   */
  connect(timeoutMs: number): Promise<void>;
  /** Sends one read. A call while another is in flight, or while not open, is a mistake of the caller and throws. */
  readRegisters(request: ReadRequest, handler: ReadHandler): void;
  /** Sends one write, under the rules of a read; done, it has no registers to give. */
  writeRegisters(request: WriteRequest, handler: ReadHandler): void;
  /** Drops the connection. A read in flight fails with `MODBUS_CONNECTION`. Settles when the line is free. */
  close(): Promise<void>;
}

export interface TransportEvents {
  /** The connection went away while no read was in flight. */
  onDown(reason: string): void;
  /** Something was on the serial line that was not the answer to the request under way. */
  onFault?(fault: LineFault): void;
}

/** Reads once, with a promise; for tools, not for the polling. Rejects with a `ReadFailure`. */
export function readOnce(transport: ModbusTransport, request: ReadRequest): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    transport.readRegisters(request, {
      onRegisters: (bytes) => resolve(Uint8Array.from(bytes)),
      onFailure: reject,
    });
  });
}
