import { connect, type OnReadOpts, type Socket } from 'node:net';
import modbusSerial from 'modbus-serial';
import type { ProcessClock } from '../../platform/clock.ts';
import { messageOf } from '../../platform/errors.ts';
import { LateAnswers } from './late-answers.ts';
import type { CharacterFormat } from './line-timing.ts';
import type { Link, LinkOpener } from './link.ts';
import type { LineFault } from './rtu-frames.ts';
import { rtuLink } from './rtu-link.ts';
import { TcpPort } from './tcp-port.ts';

const { default: ModbusRTU } = modbusSerial;

export interface TcpAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Opens TCP connections for modbus-serial. The socket is ours: the library reports neither a reset nor a half-closed
 * connection by itself, only its `isOpen` changes.
 */
export function tcpLink(address: TcpAddress, clock: ProcessClock): LinkOpener {
  return openerOf(address, clock, () => {
    const port = new TcpPort();
    return {
      onread: port.onread,
      async linkOn(socket) {
        port.attach(socket);
        const client = new ModbusRTU(port);
        await new Promise<void>((resolve) => client.open(() => resolve()));
        return {
          client,
          drop() {
            socket.destroy();
            return Promise.resolve();
          },
        };
      },
    };
  });
}

/** What a converter's line is like, as far as it is known here. */
export interface ConverterLine {
  readonly interFrameMs: number;
  readonly format: CharacterFormat | undefined;
  readonly onFault: (fault: LineFault) => void;
}

/** Opens connections to a converter that carries serial-line (RTU) frames as they are. */
export function rtuOverTcpLink(address: TcpAddress, line: ConverterLine, clock: ProcessClock): LinkOpener {
  // A converter may send an answer that comes late to whoever is connected then: what is owed outlives the connection.
  const late = new LateAnswers(clock);
  return openerOf(address, clock, () => ({
    linkOn(socket) {
      const isOpen = () => !socket.destroyed && socket.writable;
      return rtuLink({ ...line, stream: socket, isOpen, clock, late }, () => {
        socket.destroy();
        return Promise.resolve();
      });
    },
  }));
}

/** What makes a link of a socket. */
interface Coupling {
  /** Who takes the socket's bytes, if not the link by its events. */
  readonly onread?: OnReadOpts;
  linkOn(socket: Socket): Promise<Link>;
}

function openerOf(address: TcpAddress, clock: ProcessClock, newCoupling: () => Coupling): LinkOpener {
  return {
    close: () => Promise.resolve(),
    async open(onClosed, timeoutMs) {
      const { onread, linkOn } = newCoupling();
      const socket = await openSocket({ ...address, ...(onread && { onread }) }, timeoutMs, clock);
      let dropped = false;
      socket.on('close', () => {
        if (dropped) return;
        dropped = true;
        onClosed('the other side closed the connection');
      });
      const link = await linkOn(socket);
      // Without a listener an error of the port would end the process.
      link.client.on('error', () => undefined);
      return {
        ...link,
        drop() {
          dropped = true;
          return link.drop();
        },
      };
    },
  };
}

interface SocketAddress extends TcpAddress {
  readonly onread?: OnReadOpts;
}

function openSocket(address: SocketAddress, timeoutMs: number, clock: ProcessClock): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const { host, port, onread } = address;
    const options = { noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000, ...(onread && { onread }) };
    const socket = connect({ host, port, ...options });
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
