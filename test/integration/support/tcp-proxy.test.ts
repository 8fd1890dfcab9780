import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TcpProxy } from '../../support/tcp-proxy.ts';

/** A server that sends back what it gets, and remembers it. */
describe('the TCP proxy', () => {
  let server: Server;
  let proxy: TcpProxy;
  let arrived: string;
  const clients: Socket[] = [];

  beforeEach(async () => {
    arrived = '';
    server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (data) => {
        arrived += data.toString();
        socket.write(data);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    proxy = new TcpProxy(() => portOf(server));
    await proxy.listen();
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.destroy();
    await proxy.close();
    server.close();
  });

  function portOf(listening: Server): number {
    const address = listening.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  async function client(): Promise<{ socket: Socket; received: () => string; closed: Promise<unknown> }> {
    const socket = connect(proxy.port, '127.0.0.1');
    clients.push(socket);
    let text = '';
    socket.on('error', () => undefined);
    socket.on('data', (data) => {
      text += data.toString();
    });
    const closed = new Promise((resolve) => socket.once('close', resolve));
    await once(socket, 'connect');
    return { socket, received: () => text, closed };
  }

  it('passes both ways', async () => {
    const { socket, received } = await client();
    socket.write('hello');
    await expect.poll(received).toBe('hello');
  });

  it('tells each side when the other has ended, after all it sent', async () => {
    const { socket } = await client();
    socket.end('last words');
    await expect.poll(() => arrived).toBe('last words');
    await expect.poll(() => proxy.connections).toBe(0);
  });

  it('cuts connections and takes new ones', async () => {
    const first = await client();
    proxy.cut();
    await first.closed;
    const second = await client();
    second.socket.write('again');
    await expect.poll(second.received).toBe('again');
  });

  it('refuses new connections until told otherwise', async () => {
    proxy.refuse(true);
    await (await client()).closed;
    proxy.refuse(false);
    const { socket, received } = await client();
    socket.write('hello');
    await expect.poll(received).toBe('hello');
  });

  it('is a black hole: what was sent arrives when it ends', async () => {
    const before = await client();
    proxy.hang(true);
    before.socket.write('first');
    const during = await client();
    during.socket.write('second');
    // Neither has arrived although a third connection, made afterwards, stands.
    await client();
    expect(arrived).toBe('');
    proxy.hang(false);
    await expect.poll(before.received).toBe('first');
    await expect.poll(during.received).toBe('second');
  });

  it('never delivers what a connection sent that was given up in the black hole', async () => {
    const { socket, closed } = await client();
    socket.write('one');
    await expect.poll(() => arrived).toBe('one');
    proxy.hang(true);
    socket.write('two');
    socket.destroy();
    await closed;
    const other = await client();
    // The proxy has taken the second connection, which came after the end of the first.
    await expect.poll(() => proxy.connections).toBe(2);
    proxy.hang(false);
    other.socket.write('three');
    await expect.poll(other.received).toBe('three');
    expect(arrived).toBe('onethree');
    await expect.poll(() => proxy.connections).toBe(1);
  });

  it('ends the client when there is no server', async () => {
    server.close();
    const { closed } = await client();
    await closed;
  });
});
