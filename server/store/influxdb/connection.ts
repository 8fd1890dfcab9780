import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { HttpError, InfluxDB, type SendOptions, setLogger, type Transport } from '@influxdata/influxdb-client';
import type { ProcessClock } from '../../../edge/platform/clock.ts';
import { isLoopback } from '../../../edge/platform/units.ts';

/** More bytes than any body has. */
const NEVER = 2 ** 31;
const GZIP_ABOVE_BYTES = 4096;

export interface ConnectionSettings {
  readonly url: string;
  readonly org: string;
  readonly token: string;
  readonly timeoutMs: number;
  /** Whether what is written is compressed; by default it is, except to the same machine. */
  readonly compress?: boolean;
}

/** Requests to one InfluxDB, through its client library. */
export class InfluxConnection {
  readonly settings: ConnectionSettings;
  readonly #writer: Transport;
  readonly #reader: Transport;
  readonly #writeAgent: HttpAgent;
  readonly #readAgent: HttpAgent;
  readonly #processClock: ProcessClock;

  constructor(settings: ConnectionSettings, processClock: ProcessClock) {
    // The library prints to the console what it throws as well; the store says it once, in its own words.
    setLogger({ error: () => undefined, warn: () => undefined });
    this.settings = settings;
    this.#processClock = processClock;
    const { url, token, timeoutMs } = settings;
    const Agent = url.startsWith('https:') ? HttpsAgent : HttpAgent;
    this.#writeAgent = new Agent({ keepAlive: true, maxSockets: 2 });
    this.#readAgent = new Agent({ keepAlive: true, maxSockets: 8 });
    const options = { url, token, timeout: timeoutMs };
    this.#writer = new InfluxDB({ ...options, transportOptions: { agent: this.#writeAgent } }).transport;
    this.#reader = new InfluxDB({ ...options, transportOptions: { agent: this.#readAgent } }).transport;
  }

  /**
   * Writes lines as one request; it resolves when the server has answered 204 and rejects with the library's error
   * otherwise. Nothing is kept, nothing is repeated: it goes past the library's write buffer, which does both, counts the
   * bytes of each line, and takes 201 (a partial success of InfluxDB 3) and an unknown status for success.
   */
  async write(bucket: string, body: string): Promise<void> {
    const { org, url, compress = !isNear(url) } = this.settings;
    const path = `/api/v2/write?org=${encodeURIComponent(org)}&bucket=${encodeURIComponent(bucket)}&precision=us`;
    const options = {
      method: 'POST',
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      gzipThreshold: compress ? GZIP_ABOVE_BYTES : NEVER,
    };
    try {
      const status = await statusOf(this.#writer, path, body, options);
      if (status !== 204) throw new HttpError(status ?? 0, `204 was expected, not ${status ?? 'no status'}`);
    } catch (error) {
      // After a time-out the request is still under way and holds its socket; a black hole would collect them.
      if (!(error instanceof HttpError)) this.#writeAgent.destroy();
      throw error;
    }
  }

  /** Bytes of the answer of a Flux query, as they come. */
  queryFlux(query: string): AsyncIterable<Uint8Array> {
    const body = JSON.stringify({ query, dialect: { header: true, annotations: [] } });
    const path = `/api/v2/query?org=${encodeURIComponent(this.settings.org)}`;
    return this.#iterate(path, body, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/csv' },
    });
  }

  /** The answer of InfluxQL statements (JSON); times in microseconds. */
  queryInfluxQl(bucket: string, query: string): Promise<unknown> {
    const body = new URLSearchParams({ db: bucket, epoch: 'u', q: query }).toString();
    return this.#json('/query', body, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    });
  }

  get(path: string): Promise<unknown> {
    return this.#json(path, '', { method: 'GET', headers: { accept: 'application/json' } });
  }

  patch(path: string, body: object): Promise<unknown> {
    return this.#json(path, JSON.stringify(body), { method: 'PATCH', headers: { accept: 'application/json' } });
  }

  async getText(path: string): Promise<string> {
    return (await this.#collect(path, '', { method: 'GET' })).toString('utf8');
  }

  close(): void {
    this.#writeAgent.destroy();
    this.#readAgent.destroy();
  }

  async #json(path: string, body: string, options: SendOptions): Promise<unknown> {
    const text = (await this.#collect(path, body, options)).toString('utf8');
    return text === '' ? undefined : JSON.parse(text);
  }

  async #collect(path: string, body: string, options: SendOptions): Promise<Buffer> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.#iterate(path, body, options)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  /** The library's own time-out ends with the first byte; this one covers the whole answer. */
  async *#iterate(path: string, body: string, options: SendOptions): AsyncIterableIterator<Uint8Array> {
    const abort = new AbortController();
    const timer = this.#processClock.setTimer(this.settings.timeoutMs, () => abort.abort());
    try {
      yield* this.#reader.iterate(path, body, { ...options, signal: abort.signal });
    } finally {
      timer.cancel();
      abort.abort();
    }
  }
}

/** On the same machine compressing costs more than it saves. */
function isNear(url: string): boolean {
  return isLoopback(new URL(url).hostname.replace(/^\[|\]$/g, ''));
}

/** The status of a request that the library does not take for a failure. */
function statusOf(transport: Transport, path: string, body: string, options: SendOptions): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    let status: number | undefined;
    transport.send(path, body, options, {
      responseStarted: (_headers, statusCode) => {
        status = statusCode;
      },
      error: reject,
      complete: () => resolve(status),
    });
  });
}
