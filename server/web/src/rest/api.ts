import type {
  Agent,
  AgentsPage,
  AlertsPage,
  Delivery,
  Device,
  ExplanationsPage,
  GridFindings,
  GridOneLine,
  GridSearch,
  GridTree,
  IngestProblems,
  Me,
  Problem,
  Readings,
  SignIn,
} from '../contract.ts';

const TIMEOUT_MS = 30_000;

/** An answer that is not a success; `code` is of the server's error catalogue, `UNREACHABLE` when there was no answer. */
export class ApiError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
  }
}

export interface ReadingsRequest {
  readonly device: string;
  readonly metrics: readonly string[];
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
  readonly every?: string;
  readonly aggregate?: string;
}

/** Address of the readings of one device. */
export function readingsPath(request: ReadingsRequest): string {
  const query = new URLSearchParams({
    metrics: request.metrics.join(','),
    from: String(Math.floor(request.fromMs)),
    to: String(Math.ceil(request.toMs)),
  });
  if (request.every !== undefined) query.set('every', request.every);
  if (request.aggregate !== undefined) query.set('aggregate', request.aggregate);
  return `devices/${encodeURIComponent(request.device)}/readings?${query}`;
}

/** Most things that a search of the grid lists. */
export const SEARCH_HITS = 50;
/** Most rows of an answer that is saved as a file. */
export const CSV_ROWS = 1000;

/** Where a browser saves the latest explanations of an agent's records from, as CSV. */
export function explanationsCsvHref(agent: string): string {
  return `/api/v1/${explanationsPath(agent)}?limit=${CSV_ROWS}&format=csv`;
}

function explanationsPath(agent: string): string {
  return `agents/${encodeURIComponent(agent)}/explanations`;
}

/**
 * The REST API as far as the page uses it.
 * @throws ApiError with the server's code; the abort error of `signal` when that was the cause.
 */
export class Api {
  readonly #fetch: typeof fetch;
  /** The server wants to know who asks: nobody has signed in, or the session is over. */
  onUnauthenticated: () => void = () => undefined;

  constructor(fetcher: typeof fetch) {
    this.#fetch = fetcher;
  }

  /** Who asks. */
  me(signal?: AbortSignal): Promise<Me> {
    return this.#json('me', signal);
  }

  /** Begins a session; the browser keeps its cookie, which no script sees. */
  async signIn(request: SignIn): Promise<void> {
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    const response = await this.#send('session', { method: 'POST', headers, body: JSON.stringify(request) });
    if (!response.ok) throw await problemOf(response);
  }

  async signOut(): Promise<void> {
    const response = await this.#send('session', { method: 'DELETE' });
    if (!response.ok) throw await problemOf(response);
  }

  device(id: string, signal?: AbortSignal): Promise<Device> {
    return this.#json(`devices/${encodeURIComponent(id)}`, signal);
  }

  readings(request: ReadingsRequest, signal?: AbortSignal): Promise<Readings> {
    return this.#json(readingsPath(request), signal);
  }

  async readingsCsv(request: ReadingsRequest): Promise<Blob> {
    return (await this.#get(readingsPath(request), 'text/csv')).blob();
  }

  agents(cursor?: string, signal?: AbortSignal): Promise<AgentsPage> {
    return this.#json(`agents?${pageQuery(cursor)}`, signal);
  }

  agent(id: string, signal?: AbortSignal): Promise<Agent> {
    return this.#json(`agents/${encodeURIComponent(id)}`, signal);
  }

  delivery(agent: string, signal?: AbortSignal): Promise<Delivery> {
    return this.#json(`agents/${encodeURIComponent(agent)}/delivery`, signal);
  }

  /** Why records of an agent will not come; the latest first. */
  explanations(agent: string, cursor?: string, signal?: AbortSignal): Promise<ExplanationsPage> {
    return this.#json(`${explanationsPath(agent)}?${pageQuery(cursor)}`, signal);
  }

  /** The latest values that the store refused, since the server's start; one of each metric of a device. */
  rejectedValues(signal?: AbortSignal): Promise<IngestProblems> {
    return this.#json('ingest/problems?kind=rejected_value', signal);
  }

  /** Alerts raised at or after `from`, those that have ended included; newest first. */
  alertsSince(from: string, cursor?: string, signal?: AbortSignal): Promise<AlertsPage> {
    return this.#json(`alerts?from=${encodeURIComponent(from)}&${pageQuery(cursor)}`, signal);
  }

  gridTree(signal?: AbortSignal): Promise<GridTree> {
    return this.#json('grid/tree', signal);
  }

  gridSearch(text: string, signal?: AbortSignal): Promise<GridSearch> {
    return this.#json(`grid/search?q=${encodeURIComponent(text)}&limit=${SEARCH_HITS}`, signal);
  }

  /** The areas of a feeder, or one area with its meters. */
  gridOneLine(of: 'feeder' | 'area', id: string, signal?: AbortSignal): Promise<GridOneLine> {
    return this.#json(`grid/one-line?${of}=${encodeURIComponent(id)}`, signal);
  }

  /** What does not fit together in the grid; `code` is one kind of it, '' all. */
  gridFindings(code: string, cursor?: string, signal?: AbortSignal): Promise<GridFindings> {
    const filter = code === '' ? '' : `&code=${encodeURIComponent(code)}`;
    return this.#json(`grid/findings?${pageQuery(cursor)}${filter}`, signal);
  }

  async #json<T>(path: string, signal?: AbortSignal): Promise<T> {
    const response = await this.#get(path, 'application/json', signal);
    // The server answers by the schema that T is made of.
    return (await response.json()) as T;
  }

  async #get(path: string, accept: string, signal?: AbortSignal): Promise<Response> {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const joined = signal ? AbortSignal.any([signal, timeout]) : timeout;
    const response = await this.#send(path, { headers: { accept }, signal: joined }, signal);
    if (response.ok) return response;
    if (response.status === 401) this.onUnauthenticated();
    throw await problemOf(response);
  }

  async #send(path: string, init: RequestInit, signal?: AbortSignal): Promise<Response> {
    try {
      return await this.#fetch(`/api/v1/${path}`, { signal: AbortSignal.timeout(TIMEOUT_MS), ...init });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new ApiError('UNREACHABLE', error instanceof Error ? error.message : String(error));
    }
  }
}

function pageQuery(cursor: string | undefined): string {
  return cursor === undefined ? 'limit=200' : `limit=200&cursor=${encodeURIComponent(cursor)}`;
}

async function problemOf(response: Response): Promise<ApiError> {
  try {
    const problem = (await response.json()) as Partial<Problem>;
    return new ApiError(
      problem.code ?? `HTTP_${response.status}`,
      problem.detail ?? problem.title ?? response.statusText,
    );
  } catch {
    return new ApiError(`HTTP_${response.status}`, response.statusText);
  }
}
