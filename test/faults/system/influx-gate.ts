import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';

/** How the gate answers writes. */
export type GateMode = 'pass' | 429 | 503;

/** One field of one line: series and time, and the field with its value. */
interface RefusedField {
  readonly series: string;
  readonly field: string;
  readonly time: string;
}

/**
 * An HTTP proxy in front of InfluxDB that answers writes in its place: not now (429, 503), or, for the writes that hold one
 * particular field of one line, never (400), with the words that InfluxDB 2 has for a line it cannot parse.
 */
export class InfluxGate {
  readonly #targetPort: () => number;
  readonly #server: Server;
  readonly #refused: RefusedField[] = [];
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

  /** The first field of the next write is refused, in this write and in every other that holds it. */
  refuseNextLine(): void {
    this.#refusesNext = true;
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
    if (!this.#refusesNext && this.#refused.length === 0) return undefined;
    const text = (incoming.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString('utf8');
    const lines = text.split('\n').filter((line) => line !== '');
    const first = this.#refusesNext ? partsOf(lines[0] ?? '') : undefined;
    if (first) {
      this.#refusesNext = false;
      this.#refused.push({ ...first, field: first.fields.split(',')[0] ?? '' });
    }
    return lines.find((line) => this.#isRefused(line));
  }

  #isRefused(line: string): boolean {
    const parts = partsOf(line);
    return this.#refused.some(
      ({ series, field, time }) =>
        parts?.series === series && parts.time === time && parts.fields.split(',').includes(field),
    );
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

/** The parts of a line of the line protocol whose names need no escapes. */
function partsOf(line: string): { series: string; fields: string; time: string } | undefined {
  const [series, fields, time] = line.split(' ');
  return series && fields && time ? { series, fields, time } : undefined;
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
