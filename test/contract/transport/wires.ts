import { once } from 'node:events';
import { createServer } from 'node:net';
import type { BusConfig } from '../../../edge/config.ts';
import { SerialCable } from '../../support/serial-cable.ts';
import type { Wire } from './harness.ts';

const common = { id: 'bus', timeout: '1s', turnaround: '0ms', devices: [] };

/** A TCP connection, with either kind of frames in it. */
export function tcpWire(transport: 'tcp' | 'rtu-over-tcp'): Wire {
  const configAt = (port: number): BusConfig => ({ ...common, transport, host: '127.0.0.1', port });
  return {
    framing: transport === 'tcp' ? 'tcp' : 'rtu',
    configTo: (peer) => Promise.resolve(configAt(peer.port)),
    async nowhere() {
      const port = await unusedPort();
      return { config: configAt(port), says: `127.0.0.1:${port}` };
    },
    unplug: (peer) => Promise.resolve(peer.dropConnections()),
    plugIn: () => Promise.resolve(),
    stop: () => Promise.resolve(),
  };
}

async function unusedPort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  server.close();
  await once(server, 'close');
  return address.port;
}

/** A pseudo terminal in the place of a serial line, with the peer at its other end. */
export function serialWire(socat: string): Wire {
  const cable = new SerialCable(socat);
  const configAt = (path: string): BusConfig => ({
    ...common,
    transport: 'rtu',
    path,
    baudRate: 115_200,
    parity: 'none',
    stopBits: 1,
  });
  return {
    framing: 'rtu',
    async configTo(peer) {
      await cable.plugIn(peer.port);
      return configAt(cable.path);
    },
    nowhere() {
      const path = `${cable.path}-that-is-not-there`;
      return Promise.resolve({ config: configAt(path), says: `${path} cannot be reached: there is no such device` });
    },
    unplug: () => cable.unplug(),
    plugIn: (peer) => cable.plugIn(peer.port),
    stop: () => cable.stop(),
  };
}
