import { connect, createServer, type Server, type Socket } from 'node:net';

/** MQTT control packet types (MQTT 3.1.1, table 2.1). */
export const PACKET = { connect: 1, publish: 3, puback: 4, subscribe: 8, pingreq: 12, disconnect: 14 } as const;

export interface TappedPacket {
  readonly type: number;
  readonly atMs: number;
  readonly body: Buffer;
  readonly flags: number;
}

export interface TappedPublish {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: number;
  readonly retain: boolean;
  readonly atMs: number;
}

export interface TappedConnect {
  readonly level: number;
  readonly cleanSession: boolean;
  readonly will?: { readonly topic: string; readonly payload: Buffer; readonly qos: number; readonly retain: boolean };
  readonly atMs: number;
}

/** What a client sent over one connection, byte by byte as MQTT 3.1.1 lays it out. */
export class TappedSession {
  readonly packets: TappedPacket[] = [];
  #rest: Buffer = Buffer.alloc(0);
  readonly drop: () => void;

  constructor(drop: () => void) {
    this.drop = drop;
  }

  feed(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    for (let length = packetLength(this.#rest); length !== undefined; length = packetLength(this.#rest)) {
      const { head, body } = length;
      if (this.#rest.length < head + body) return;
      const first = this.#rest[0] ?? 0;
      const bytes = Buffer.from(this.#rest.subarray(head, head + body));
      this.packets.push({ type: first >> 4, flags: first & 0x0f, body: bytes, atMs: Date.now() });
      this.#rest = this.#rest.subarray(head + body);
    }
  }

  get connect(): TappedConnect {
    const packet = this.packets.find(({ type }) => type === PACKET.connect);
    if (!packet) throw new Error('no CONNECT in this session');
    return parseConnect(packet);
  }

  get publishes(): TappedPublish[] {
    return this.packets.filter(({ type }) => type === PACKET.publish).map(parsePublish);
  }

  get subscriptions(): string[] {
    return this.packets.filter(({ type }) => type === PACKET.subscribe).flatMap(parseSubscribe);
  }

  indexOf(type: number, matches: (packet: TappedPacket) => boolean = () => true): number {
    return this.packets.findIndex((packet) => packet.type === type && matches(packet));
  }
}

/** A TCP relay in front of a broker that notes what each client sends. */
export class MqttTap {
  readonly sessions: TappedSession[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  static async start(targetPort: number): Promise<MqttTap> {
    const tap = new MqttTap(targetPort);
    await new Promise<void>((resolve) => tap.#server.listen(0, '127.0.0.1', resolve));
    return tap;
  }

  private constructor(targetPort: number) {
    this.#server = createServer((client) => {
      const upstream = connect(targetPort, '127.0.0.1');
      const session = new TappedSession(() => {
        client.destroy();
        upstream.destroy();
      });
      this.sessions.push(session);
      for (const socket of [client, upstream]) {
        this.#sockets.add(socket);
        socket.on('error', () => {});
        socket.on('close', () => session.drop());
      }
      client.on('data', (chunk: Buffer) => {
        session.feed(chunk);
        upstream.write(chunk);
      });
      upstream.on('data', (chunk: Buffer) => client.write(chunk));
      client.on('end', () => upstream.end());
    });
  }

  get url(): string {
    const address = this.#server.address();
    return `mqtt://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

function packetLength(bytes: Buffer): { head: number; body: number } | undefined {
  let body = 0;
  for (let index = 1; index <= 4 && index < bytes.length; index++) {
    const byte = bytes[index] ?? 0;
    body += (byte & 0x7f) * 128 ** (index - 1);
    if (byte < 128) return { head: index + 1, body };
  }
  return undefined;
}

function parseConnect({ body, atMs }: TappedPacket): TappedConnect {
  let at = 2 + body.readUInt16BE(0);
  const level = body[at] ?? 0;
  const flags = body[at + 1] ?? 0;
  at += 4;
  const read = () => {
    const length = body.readUInt16BE(at);
    const bytes = body.subarray(at + 2, at + 2 + length);
    at += 2 + length;
    return bytes;
  };
  read();
  const cleanSession = (flags & 0x02) !== 0;
  if ((flags & 0x04) === 0) return { level, cleanSession, atMs };
  const topic = read().toString('utf8');
  return {
    level,
    cleanSession,
    atMs,
    will: { topic, payload: read(), qos: (flags >> 3) & 3, retain: (flags & 0x20) !== 0 },
  };
}

function parsePublish({ body, flags, atMs }: TappedPacket): TappedPublish {
  const length = body.readUInt16BE(0);
  const qos = (flags >> 1) & 3;
  const payload = body.subarray(2 + length + (qos > 0 ? 2 : 0));
  return { topic: body.toString('utf8', 2, 2 + length), payload, qos, retain: (flags & 1) === 1, atMs };
}

function parseSubscribe({ body }: TappedPacket): string[] {
  const filters: string[] = [];
  for (let at = 2; at < body.length; ) {
    const length = body.readUInt16BE(at);
    filters.push(body.toString('utf8', at + 2, at + 2 + length));
    at += 3 + length;
  }
  return filters;
}
