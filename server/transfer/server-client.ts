import { Compile } from 'typebox/compile';
import { GridwardenError, isErrorCode, messageOf } from '../../edge/platform/errors.ts';
import { parseListen } from '../../edge/platform/units.ts';
import { type Backup, BackupSchema } from '../api/backups.schema.ts';
import { type Export, type ExportRequest, ExportSchema } from '../api/exports.schema.ts';
import {
  type GridExport,
  GridExportSchema,
  type GridImportAnswer,
  GridImportReportSchema,
} from '../api/grid-transfer.schema.ts';
import { type Import, type ImportRequest, ImportSchema } from '../api/imports.schema.ts';

const backupValidator = Compile(BackupSchema);
const importValidator = Compile(ImportSchema);
const exportValidator = Compile(ExportSchema);
const gridImportValidator = Compile(GridImportReportSchema);
const gridExportValidator = Compile(GridExportSchema);
const REQUEST_TIMEOUT_MS = 30_000;
/** A whole grid goes over in one request. */
const GRID_TIMEOUT_MS = 300_000;

/** The running server, asked by a command line on the same machine. */
export class ServerClient {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;

  /** @param listen where the server listens, as its configuration says */
  constructor(listen: string, token: string | undefined) {
    const { host, port } = parseListen(listen);
    const reached = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
    this.#url = `http://${reached.includes(':') ? `[${reached}]` : reached}:${port}/api/v1`;
    this.#headers = {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    };
  }

  startBackup(folder: string): Promise<Backup> {
    return this.#ask('/backups', backupValidator, { method: 'POST', body: JSON.stringify({ folder }) });
  }

  backup(id: string): Promise<Backup> {
    return this.#ask(`/backups/${encodeURIComponent(id)}`, backupValidator, {});
  }

  startImport(request: ImportRequest): Promise<Import> {
    return this.#ask('/imports', importValidator, { method: 'POST', body: JSON.stringify(request) });
  }

  import(id: string): Promise<Import> {
    return this.#ask(`/imports/${encodeURIComponent(id)}`, importValidator, {});
  }

  startExport(request: ExportRequest): Promise<Export> {
    return this.#ask('/exports', exportValidator, { method: 'POST', body: JSON.stringify(request) });
  }

  export(id: string): Promise<Export> {
    return this.#ask(`/exports/${encodeURIComponent(id)}`, exportValidator, {});
  }

  importGrid(request: object): Promise<GridImportAnswer> {
    const body = JSON.stringify(request);
    return this.#ask('/grid/imports', gridImportValidator, { method: 'POST', body, timeoutMs: GRID_TIMEOUT_MS });
  }

  exportGrid({
    atMs,
    knownMs,
    yaml,
  }: {
    atMs: number | undefined;
    knownMs: number | undefined;
    yaml: boolean;
  }): Promise<GridExport> {
    const query = new URLSearchParams({ yaml: String(yaml) });
    if (atMs !== undefined) query.set('at', String(atMs));
    if (knownMs !== undefined) query.set('knownAt', String(knownMs));
    return this.#ask(`/grid/export?${query}`, gridExportValidator, { timeoutMs: GRID_TIMEOUT_MS });
  }

  async #ask<T>(
    path: string,
    validator: { Check(body: unknown): body is T },
    {
      timeoutMs = REQUEST_TIMEOUT_MS,
      ...init
    }: { readonly method?: string; readonly body?: string; readonly timeoutMs?: number },
  ): Promise<T> {
    let answer: Response;
    let body: unknown;
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      answer = await fetch(`${this.#url}${path}`, { ...init, headers: this.#headers, signal });
      body = await answer.json();
    } catch (cause) {
      const reason = messageOf(cause instanceof Error && cause.cause !== undefined ? cause.cause : cause);
      throw new GridwardenError(
        'STARTING',
        `A server holds the state, and does not answer at ${this.#url}: ${reason}. Is this its configuration?`,
        { cause },
      );
    }
    if (answer.ok && validator.Check(body)) return body;
    throw problemOf(body, answer.status);
  }
}

/** The server's words for why it refuses. */
function problemOf(body: unknown, status: number): GridwardenError {
  const { code, detail }: { code?: unknown; detail?: unknown } = Object(body);
  const known = typeof code === 'string' && isErrorCode(code) ? code : 'INTERNAL';
  return new GridwardenError(known, typeof detail === 'string' ? detail : `The server answered with ${status}`);
}
