import { connect, createServer, type Server, type Socket } from 'node:net';
import mqttPacket, { type IConnectPacket, type IPublishPacket, type Packet } from 'mqtt-packet';

/** One MQTT packet that passed by. */
export interface PassedPacket {
  readonly from: 'client' | 'broker';
  /** Counts the client's connections from 0. */
  readonly connection: number;
  readonly packet: Packet;
  readonly atMs: number;
}

/**
 * A TCP relay in front of a broker that notes every packet of both directions in the order in which they passed. It
 * reads both versions of MQTT. Tests judge by what was on the wire, not by what a broker made of it.
 */
export class PacketTap {
  readonly packets: PassedPacket[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #connections = 0;
  #open = 0;
  #mostOpen = 0;

  static async start(targetPort: number, protocolVersion: 4 | 5 = 4): Promise<PacketTap> {
    const tap = new PacketTap(targetPort, protocolVersion);
    await new Promise<void>((resolve) => tap.#server.listen(0, '127.0.0.1', resolve));
    return tap;
  }

  private constructor(targetPort: number, protocolVersion: 4 | 5) {
    this.#server = createServer((client) => this.#relay(client, connect(targetPort, '127.0.0.1'), protocolVersion));
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  /** Connections that the client has opened, and that are open now. */
  get connections(): number {
    return this.#connections;
  }

  get open(): number {
    return this.#open;
  }

  /** The most that were open at the same time. */
  get mostOpen(): number {
    return this.#mostOpen;
  }

  connects(): IConnectPacket[] {
    return this.packets.flatMap(({ packet }) => (packet.cmd === 'connect' ? [packet] : []));
  }

  /** What the client published, in order. */
  published(connection?: number): (IPublishPacket & { readonly place: number })[] {
    return this.packets.flatMap(({ packet, from, connection: of }, place) =>
      packet.cmd === 'publish' && from === 'client' && (connection === undefined || of === connection)
        ? [{ ...packet, place }]
        : [],
    );
  }

  /** Cuts every connection without a word, as a broken network does. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #relay(client: Socket, broker: Socket, protocolVersion: 4 | 5): void {
    const connection = this.#connections++;
    this.#open += 1;
    this.#mostOpen = Math.max(this.#mostOpen, this.#open);
    client.once('close', () => {
      this.#open -= 1;
    });
    for (const [from, source, target] of [
      ['client', client, broker],
      ['broker', broker, client],
    ] as const) {
      const parser = mqttPacket.parser({ protocolVersion });
      parser.on('packet', (packet) => this.packets.push({ from, connection, packet, atMs: Date.now() }));
      this.#sockets.add(source);
      source.on('data', (chunk: Buffer) => {
        parser.parse(chunk);
        target.write(chunk);
      });
      source.on('error', () => {});
      source.on('end', () => target.end());
      source.on('close', () => {
        this.#sockets.delete(source);
        target.destroy();
      });
    }
  }
}
