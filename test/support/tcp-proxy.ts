import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** What a black hole holds for each direction of a connection before it stops to read: about what a kernel would. */
const MAX_HELD_BYTES = 256 * 1024;

/** Reads along: makes, for each connection, what takes the bytes that go to the server, when they are given to it. */
export type ReadAlong = () => (chunk: Uint8Array) => void;

/**
 * A TCP proxy in front of a server on this machine: a test ends its connections, refuses new ones, or lets nothing pass
 * without telling anybody, as a broken network does.
 */
export class TcpProxy {
  readonly #server: Server;
  readonly #targetPort: () => number;
  readonly #readAlong: ReadAlong;
  readonly #pairs = new Set<Pair>();
  #refuses = false;
  #hangs = false;

  constructor(targetPort: () => number, readAlong: ReadAlong = () => () => undefined) {
    this.#targetPort = targetPort;
    this.#readAlong = readAlong;
    this.#server = createServer({ noDelay: true }, (client) => this.#accept(client));
  }

  /** Begins to listen on 127.0.0.1; returns the port. */
  async listen(port = 0): Promise<number> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
    return this.port;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy does not listen');
    return address.port;
  }

  get connections(): number {
    return this.#pairs.size;
  }

  /** Ends every connection; new ones are taken. */
  cut(): void {
    for (const pair of this.#pairs) pair.destroy();
  }

  /** Ends every connection, and new ones at once, until told otherwise. */
  refuse(refuses: boolean): void {
    this.#refuses = refuses;
    if (refuses) this.cut();
  }

  /**
   * A black hole, until told otherwise: nothing passes, new connections open and stay without an answer. When it ends, what
   * was under way arrives late, except on connections that one side has given up meanwhile.
   */
  hang(hangs: boolean): void {
    this.#hangs = hangs;
    for (const pair of this.#pairs) pair.hold(hangs);
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    if (this.#server.listening) await once(this.#server, 'close');
  }

  #accept(client: Socket): void {
    if (this.#refuses) {
      client.on('error', () => undefined);
      client.destroy();
      return;
    }
    const pair = new Pair(client, this.#targetPort, this.#readAlong(), () => this.#pairs.delete(pair));
    this.#pairs.add(pair);
    pair.hold(this.#hangs);
  }
}

/** One connection through the proxy: the client's socket and, once data may pass, the server's. */
class Pair {
  readonly #client: Socket;
  readonly #targetPort: () => number;
  readonly #readAlong: (chunk: Uint8Array) => void;
  readonly #onClosed: () => void;
  #server: Socket | undefined;
  #isHeld = false;
  #isDead = false;
  #toServer: Buffer[] = [];
  #toClient: Buffer[] = [];

  constructor(client: Socket, targetPort: () => number, readAlong: (chunk: Uint8Array) => void, onClosed: () => void) {
    this.#client = client;
    this.#targetPort = targetPort;
    this.#readAlong = readAlong;
    this.#onClosed = onClosed;
    this.#listenTo(client, (chunk) => this.#pass(chunk, client, this.#server, this.#toServer));
  }

  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    if (isHeld) return;
    if (this.#isDead) {
      this.destroy();
      return;
    }
    const server = this.#server ?? this.#connect();
    for (const chunk of this.#toServer.splice(0)) {
      server.write(chunk);
      this.#readAlong(chunk);
    }
    for (const chunk of this.#toClient.splice(0)) this.#client.write(chunk);
    this.#client.resume();
    server.resume();
  }

  destroy(): void {
    this.#client.destroy();
    this.#server?.destroy();
    this.#onClosed();
  }

  #connect(): Socket {
    const server = connect({ port: this.#targetPort(), host: '127.0.0.1', noDelay: true });
    this.#server = server;
    this.#listenTo(server, (chunk) => this.#pass(chunk, server, this.#client, this.#toClient));
    return server;
  }

  #listenTo(socket: Socket, onData: (chunk: Buffer) => void): void {
    socket.on('data', onData);
    socket.on('error', () => socket.destroy());
    socket.on('end', () => this.#ended());
    socket.on('close', () => this.#ended());
  }

  #pass(chunk: Buffer, from: Socket, to: Socket | undefined, held: Buffer[]): void {
    if (this.#isHeld || !to) {
      held.push(chunk);
      if (held.reduce((bytes, one) => bytes + one.length, 0) > MAX_HELD_BYTES) from.pause();
      return;
    }
    const isTaken = to.write(chunk);
    if (from === this.#client) this.#readAlong(chunk);
    if (isTaken) return;
    from.pause();
    to.once('drain', () => {
      if (!this.#isHeld) from.resume();
    });
  }

  /** One side is gone: the other learns of it once it has all that was sent, or, in a black hole, later. */
  #ended(): void {
    this.#isDead = true;
    if (this.#isHeld) return;
    this.#client.destroySoon();
    this.#server?.destroySoon();
    this.#onClosed();
  }
}
