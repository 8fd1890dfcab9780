import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';

/** How the gate answers writes. */
export type GateMode = 'pass' | 429 | 503;

/**
 * An HTTP proxy in front of InfluxDB that answers writes in its place: not now (429, 503), or, for the writes that hold one
 * particular line, never (400), with the words that InfluxDB 2 has for a line it cannot parse.
 */
export class InfluxGate {
  readonly #targetPort: () => number;
  readonly #server: Server;
  readonly #refusedLines = new Set<string>();
  #refusesNext = false;
  mode: GateMode = 'pass';

  constructor(targetPort: () => number) {
    this.#targetPort = targetPort;
    this.#server = createServer((incoming, outgoing) => {
      this.#answer(incoming, outgoing).catch(() => outgoing.destroy());
    });
  }

  /** Begins to listen on 127.0.0.1; returns the port. */
  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** The first line of the next write is refused, in this write and in every other that holds it. */
  refuseNextLine(): void {
    this.#refusesNext = true;
  }

  get refusedLines(): number {
    return this.#refusedLines.size;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    if (this.#server.listening) await once(this.#server, 'close');
  }

  async #answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await bodyOf(incoming);
    const isWrite = incoming.method === 'POST' && incoming.url?.startsWith('/api/v2/write') === true;
    if (isWrite && this.mode !== 'pass') {
      problem(outgoing, this.mode, this.mode === 429 ? 'too many requests' : 'unavailable', 'the gate is closed');
      return;
    }
    const refused = isWrite ? this.#refusedLineOf(incoming, body) : undefined;
    if (refused === undefined) this.#forward(incoming, outgoing, body);
    else problem(outgoing, 400, 'invalid', `unable to parse '${refused}': refused by the gate`);
  }

  #refusedLineOf(incoming: IncomingMessage, body: Buffer): string | undefined {
    if (!this.#refusesNext && this.#refusedLines.size === 0) return undefined;
    const text = (incoming.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString('utf8');
    const lines = text.split('\n').filter((line) => line !== '');
    if (this.#refusesNext && lines[0] !== undefined) {
      this.#refusesNext = false;
      this.#refusedLines.add(lines[0]);
    }
    return lines.find((line) => this.#refusedLines.has(line));
  }

  #forward(incoming: IncomingMessage, outgoing: ServerResponse, body: Buffer): void {
    const { method, url: path, headers } = incoming;
    const onward = request({ host: '127.0.0.1', port: this.#targetPort(), method, path, headers, agent: false });
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    onward.on('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.on('error', () => outgoing.destroy()).pipe(outgoing);
    });
    onward.end(body);
  }
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function problem(outgoing: ServerResponse, status: number, code: string, message: string): void {
  const retry = status === 400 ? {} : { 'retry-after': '1' };
  outgoing.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...retry });
  outgoing.end(JSON.stringify({ code, message }));
}
