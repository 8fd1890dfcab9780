import type { ModbusTransport, WriteRequest } from '../../edge/modbus/transport/transport.ts';

/** Writes once, with a promise. Rejects with a `ReadFailure`. */
export function writeOnce(transport: ModbusTransport, request: WriteRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    transport.writeRegisters(request, { onRegisters: () => resolve(), onFailure: reject });
  });
}
