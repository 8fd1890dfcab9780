import { createHash } from 'node:crypto';
import { type EdgeStatus, type StatusSources, statusOf } from './status.ts';
import { PAGE_STYLE, pageHeaders, statusPage } from './status-page.ts';

/** What one request is answered. */
export interface Answer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A report of ten thousand devices is not made for every request. */
const KEEP_MS = 1000;

const PAGE_HEADERS = pageHeaders(`sha256-${createHash('sha256').update(PAGE_STYLE).digest('base64')}`);
const JSON_HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store' };

/** The status of this edge as a page and as JSON, at most a second old. */
export class StatusPages {
  readonly #sources: StatusSources;
  #status: Promise<EdgeStatus> | undefined;
  #atMs = -Infinity;

  constructor(sources: StatusSources) {
    this.#sources = sources;
  }

  /** The page at `/`, the document at `/status.json`; undefined for any other path. */
  async at(path: string | undefined): Promise<Answer | undefined> {
    if (path === '/') return { headers: PAGE_HEADERS, body: statusPage(await this.#current()) };
    if (path === '/status.json') return { headers: JSON_HEADERS, body: JSON.stringify(await this.#current()) };
    return undefined;
  }

  #current(): Promise<EdgeStatus> {
    const nowMs = this.#sources.processClock.nowMs();
    if (this.#status !== undefined && nowMs - this.#atMs < KEEP_MS) return this.#status;
    this.#atMs = nowMs;
    this.#status = statusOf(this.#sources);
    return this.#status;
  }
}
