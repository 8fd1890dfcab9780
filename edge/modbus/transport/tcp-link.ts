import { connect, type Socket } from 'node:net';
import modbusSerial from 'modbus-serial';
import type { ProcessClock } from '../../platform/clock.ts';
import { messageOf } from '../../platform/errors.ts';
import type { OpenLink } from './link.ts';
import { RtuPort } from './rtu-port.ts';

const { default: ModbusRTU } = modbusSerial;

/** What runs over the connection: Modbus TCP frames, or serial-line (RTU) frames as they are. */
export type TcpFraming = 'tcp' | 'rtu-over-tcp';

export interface TcpAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Opens TCP connections for modbus-serial. The socket is ours and given to the library: it reports neither a reset nor
 * a half-closed connection by itself, only its `isOpen` changes.
 */
export function tcpLink(address: TcpAddress, framing: TcpFraming, clock: ProcessClock): OpenLink {
  return async (onClosed, timeoutMs) => {
    const socket = await openSocket(address, timeoutMs, clock);
    let dropped = false;
    socket.on('close', () => {
      if (dropped) return;
      dropped = true;
      onClosed('the other side closed the connection');
    });
    const client = framing === 'tcp' ? new ModbusRTU() : new ModbusRTU(new RtuPort(socket));
    // Without a listener an error of the port would end the process.
    client.on('error', () => undefined);
    if (framing === 'tcp') await client.linkTCP(socket, { port: address.port });
    else await new Promise<void>((resolve) => client.open(() => resolve()));
    return {
      client,
      drop() {
        dropped = true;
        socket.destroy();
        return Promise.resolve();
      },
    };
  };
}

function openSocket(address: TcpAddress, timeoutMs: number, clock: ProcessClock): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ ...address, noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 });
    const fail = (reason: string) => {
      timer.cancel();
      socket.destroy();
      reject(new Error(reason));
    };
    const timer = clock.setTimer(timeoutMs, () => fail(`no connection within ${Math.round(timeoutMs)} ms`));
    // Stays on for the life of the socket: a reset later on is an 'error' too, and 'close' follows it.
    socket.on('error', (error) => fail(messageOf(error)));
    socket.once('connect', () => {
      timer.cancel();
      // A half-closed gateway answers nothing more: a FIN ends the connection.
      socket.once('end', () => socket.destroy());
      resolve(socket);
    });
  });
}
