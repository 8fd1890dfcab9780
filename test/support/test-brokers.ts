import { createServer, type Socket } from 'node:net';
import { Aedes } from 'aedes';
import { startMosquitto } from '../parts/mosquitto.ts';

export interface TestBroker {
  readonly port: number;
  readonly url: string;
  stop(): Promise<void>;
}

/** Aedes in this process, without rules or limits of ours. It speaks MQTT 3.1.1 only. */
export async function startAedes(): Promise<TestBroker> {
  // With its default concurrency it collapses under many messages.
  const aedes = await Aedes.createBroker({ concurrency: 0 });
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    aedes.handle(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    port,
    url: `mqtt://127.0.0.1:${port}`,
    async stop() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
    },
  };
}

/** Mosquitto with its defaults. */
export async function startTestMosquitto(): Promise<TestBroker> {
  const broker = await startMosquitto();
  return { port: broker.port, url: broker.url, stop: () => broker.stop() };
}
