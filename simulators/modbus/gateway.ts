import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { GridwardenError, messageOf, systemCodeOf } from '../../edge/platform/errors.ts';
import type { Service } from '../../edge/platform/process.ts';
import type { HostPort } from '../../edge/platform/units.ts';
import { EXCEPTION, exceptionAnswer, FrameReader, type Request, registersAnswer, writtenAnswer } from './frame.ts';

/** What a unit answers to a read: its registers, or a Modbus exception code. */
export type UnitAnswer = { readonly registers: Buffer } | { readonly exception: number };

/** How a unit behaves at the moment; `delayMs` comes on top of the gateway's own. */
export type Behaviour =
  | { readonly kind: 'normal' }
  | { readonly kind: 'silent' }
  | { readonly kind: 'slow'; readonly delayMs: number }
  | { readonly kind: 'exception'; readonly code: number }
  | { readonly kind: 'garbage'; readonly bytes: () => Buffer }
  | { readonly kind: 'cut' };

export interface SimulatedUnit {
  behaviour(): Behaviour;
  read(functionCode: number, address: number, count: number): UnitAnswer;
  /** Takes a write of registers; undefined when it was taken, else the exception. Without it nothing can be written. */
  write?(address: number, values: Buffer): number | undefined;
}

export interface GatewaySettings {
  readonly listen: HostPort;
  readonly answerAfterMs: number;
  readonly units: ReadonlyMap<number, SimulatedUnit>;
}

export interface Gateway extends Service {
  readonly port: number;
}

/** Most connections a gateway takes at once; real ones take 4 to 32. */
const MAX_CONNECTIONS = 64;
/** A client that does not read its answers is cut off rather than buffered for. */
const MAX_BUFFERED_BYTES = 1 << 20;

/**
 * A Modbus TCP gateway with any number of units behind it, each answering as its model does.
 * @throws GridwardenError PORT_TAKEN
 */
export async function startGateway(settings: GatewaySettings): Promise<Gateway> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => serve(socket, settings, sockets));
  server.maxConnections = MAX_CONNECTIONS;
  await listen(server, settings.listen);
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : settings.listen.port,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function listen(server: Server, { host, port }: HostPort): Promise<void> {
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (cause) {
    const taken = systemCodeOf(cause) === 'EADDRINUSE';
    const why = taken ? 'the port is in use by another process; stop it or choose another' : messageOf(cause);
    throw new GridwardenError('PORT_TAKEN', `The gateway cannot listen on ${host}:${port}: ${why}`, { cause });
  }
}

function serve(socket: Socket, settings: GatewaySettings, sockets: Set<Socket>): void {
  const reader = new FrameReader();
  sockets.add(socket);
  socket.on('close', () => sockets.delete(socket));
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    const requests = reader.push(chunk);
    if (!requests || socket.writableLength > MAX_BUFFERED_BYTES) {
      socket.destroy();
      return;
    }
    for (const request of requests) answer(socket, request, settings);
  });
}

function answer(socket: Socket, request: Request, settings: GatewaySettings): void {
  const unit = settings.units.get(request.unit);
  if (!unit) {
    write(socket, exceptionAnswer(request, EXCEPTION.gatewayNoAnswer), settings.answerAfterMs);
    return;
  }
  const behaviour = unit.behaviour();
  switch (behaviour.kind) {
    case 'silent':
      return;
    case 'cut':
      socket.destroy();
      return;
    case 'exception':
      write(socket, exceptionAnswer(request, behaviour.code), settings.answerAfterMs);
      return;
    case 'garbage':
      write(socket, behaviour.bytes(), settings.answerAfterMs);
      return;
    case 'slow':
      write(socket, answerOf(unit, request), settings.answerAfterMs + behaviour.delayMs);
      return;
    case 'normal':
      write(socket, answerOf(unit, request), settings.answerAfterMs);
  }
}

function answerOf(unit: SimulatedUnit, request: Request): Buffer {
  if (request.values !== undefined && unit.write !== undefined) {
    const refused = unit.write(request.address, request.values);
    return refused === undefined ? writtenAnswer(request) : exceptionAnswer(request, refused);
  }
  const answer = unit.read(request.functionCode, request.address, request.count);
  if ('exception' in answer) return exceptionAnswer(request, answer.exception);
  return registersAnswer(request, answer.registers);
}

function write(socket: Socket, bytes: Buffer, afterMs: number): void {
  if (afterMs <= 0) {
    socket.write(bytes);
    return;
  }
  setTimeout(() => {
    if (!socket.destroyed) socket.write(bytes);
  }, afterMs);
}
