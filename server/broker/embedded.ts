import { randomBytes } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Aedes } from 'aedes';
import { GridwardenError, messageOf, systemCodeOf } from '../../edge/platform/errors.ts';
import { byteSize, isLoopback, parseListen } from '../../edge/platform/units.ts';
import type { EmbeddedBrokerConfig } from '../config.ts';
import { AccessControl } from './access.ts';
import type { BrokerDeps, EmbeddedBroker } from './broker.ts';
import { guardSocket } from './guard.ts';
import { loadIdentities } from './identities.ts';
import { RefusalLog } from './refusals.ts';
import { readTls, type TlsFiles } from './tls.ts';

/** Name under which the server's own host application signs in; its secret is made anew at each start. */
const SERVER_NAME = 'gridwarden-server';
/** How long publishers are slowed down for a host that does not read before it is cut off. */
const HOST_PATIENCE_MS = 10_000;
const SPARE_CONNECTIONS = 100;

/**
 * Starts the MQTT 3.1.1 broker inside the server. On loopback it runs without identities; anywhere else it needs
 * credentials and TLS.
 *
 * @throws GridwardenError LISTEN_REFUSED, PORT_TAKEN, CONFIG_INVALID, CONFIG_UNREADABLE, SECRET_UNREADABLE
 */
export async function startEmbeddedBroker(config: EmbeddedBrokerConfig, deps: BrokerDeps): Promise<EmbeddedBroker> {
  const listen = parseListen(config.listen);
  const tls = readTls(config);
  refuseUnsafe(config, listen.host, tls);
  const refusals = deps.refusals ?? new RefusalLog(deps);
  const serverSecret = randomBytes(24).toString('base64url');
  const access = new AccessControl({
    identities: config.users === undefined ? undefined : loadIdentities(config.users),
    server: { name: SERVER_NAME, secret: Buffer.from(serverSecret) },
    hostId: deps.hostId,
    maxConnections: config.maxConnections,
    refusals,
  });
  const broker = await Aedes.createBroker({
    // The default of 100 collapses under many connections: its queue shifts an array for each message.
    concurrency: 0,
    drainTimeout: HOST_PATIENCE_MS,
    maxClientsIdLength: 65_535,
    ...access.handlers(),
  });
  access.watch(broker);
  const limits = { maxPacketBytes: byteSize(config.maxPacketBytes), maxQueuedBytes: byteSize(config.maxQueuedBytes) };
  const sockets = new Set<Socket>();
  const onSocket = (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    guardSocket(socket, limits, { refusals, mayLag: () => access.mayLag(socket) });
    broker.handle(socket);
  };
  const server = openServer(tls, config.maxConnections, onSocket);
  const port = await listenOn(server, config.listen, listen).catch(async (error: unknown) => {
    await closeBroker(broker);
    throw error;
  });
  // The certificate names the broker for the agents, not for this process: its own host comes in beside TLS.
  const inner = tls ? openServer(undefined, 16, onSocket) : undefined;
  const innerPort = inner ? await listenOn(inner, '127.0.0.1:0', { host: '127.0.0.1', port: 0 }) : undefined;
  deps.metrics.gauge('broker_connections', 'Clients connected to the embedded broker', [], () => access.connections);
  const scheme = tls ? 'mqtts' : 'mqtt';
  const address = { host: listen.host, port };
  deps.logger.info({ address: `${scheme}://${listen.host}:${port}` }, 'embedded MQTT broker listens');
  return {
    address,
    hostClient: {
      urls: [innerPort === undefined ? `mqtt://${reachable(listen.host)}:${port}` : `mqtt://127.0.0.1:${innerPort}`],
      username: SERVER_NAME,
      password: serverSecret,
      direct: (receiver) => access.direct(receiver),
    },
    connections: () => access.connections,
    stop: () => stop(broker, inner ? [server, inner] : [server], sockets),
  };
}

function refuseUnsafe(config: EmbeddedBrokerConfig, host: string, tls: TlsFiles | undefined): void {
  if (isLoopback(host)) return;
  const missing = [config.users === undefined ? 'users' : undefined, tls ? undefined : 'certFile and keyFile'];
  const named = missing.filter((part) => part !== undefined);
  if (named.length === 0) return;
  throw new GridwardenError(
    'LISTEN_REFUSED',
    `The embedded broker does not listen on ${config.listen} without credentials and TLS: set broker.embedded ${named.join(', ')}, or listen on 127.0.0.1`,
  );
}

function openServer(tls: TlsFiles | undefined, maxConnections: number, onSocket: (socket: Socket) => void): Server {
  // Without noDelay each small answer waits for the client's delayed acknowledgement.
  const options = { noDelay: true };
  const server = tls ? createTlsServer({ ...tls, ...options }, onSocket) : createServer(options, onSocket);
  // Those that never send CONNECT count too; the spare ones are told why they are refused.
  server.maxConnections = maxConnections + SPARE_CONNECTIONS;
  return server;
}

function listenOn(server: Server, text: string, listen: { host: string; port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      const taken = systemCodeOf(cause) === 'EADDRINUSE';
      const code = taken ? 'PORT_TAKEN' : 'LISTEN_REFUSED';
      const why = taken ? 'the port is in use by another process' : messageOf(cause);
      reject(new GridwardenError(code, `The embedded broker cannot listen on ${text}: ${why}`, { cause }));
    });
    server.listen(listen.port, listen.host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : listen.port);
    });
  });
}

/** An address that this machine reaches the listener at. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

async function stop(broker: Aedes, servers: readonly Server[], sockets: ReadonlySet<Socket>): Promise<void> {
  const closed = servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
  await closeBroker(broker);
  // The broker closes those that have signed in; the others would hold the listener open.
  for (const socket of sockets) socket.destroy();
  await Promise.all(closed);
}

function closeBroker(broker: Aedes): Promise<void> {
  return new Promise((resolve) => broker.close(resolve));
}
