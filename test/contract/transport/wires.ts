import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BusConfig } from '../../../edge/config.ts';
import { type PartProcess, startPartProcess } from '../../parts/process.ts';
import type { ModbusPeer } from '../../support/modbus-peer.ts';
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

/** A pseudo terminal in the place of a serial line; socat carries its bytes to the peer. */
export class SerialWire implements Wire {
  readonly framing = 'rtu';
  readonly #socat: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'gridwarden-line-'));
  #cable: PartProcess | undefined;

  constructor(socat: string) {
    this.#socat = socat;
  }

  get path(): string {
    return join(this.#folder, 'line');
  }

  async configTo(peer: ModbusPeer): Promise<BusConfig> {
    await this.plugIn(peer);
    return this.#configAt(this.path);
  }

  nowhere() {
    const path = join(this.#folder, 'nothing');
    return Promise.resolve({
      config: this.#configAt(path),
      says: `${path} cannot be reached: there is no such device`,
    });
  }

  async unplug(): Promise<void> {
    await this.#cable?.stop();
  }

  async plugIn({ port }: Pick<ModbusPeer, 'port'>): Promise<void> {
    this.#cable = await startPartProcess({
      name: 'socat',
      command: this.#socat,
      args: [`PTY,link=${this.path},rawer`, `TCP:127.0.0.1:${port},nodelay`],
      isReady: () => Promise.resolve(existsSync(this.path)),
    });
  }

  async stop(): Promise<void> {
    await this.#cable?.stop();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #configAt(path: string): BusConfig {
    return { ...common, transport: 'rtu', path, baudRate: 115_200, parity: 'none', stopBits: 1 };
  }
}
