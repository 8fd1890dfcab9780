import { Compile } from 'typebox/compile';
import { GridwardenError, isErrorCode, messageOf } from '../../edge/platform/errors.ts';
import { parseListen } from '../../edge/platform/units.ts';
import { type Backup, BackupSchema } from '../api/backups.schema.ts';

const backupValidator = Compile(BackupSchema);
const REQUEST_TIMEOUT_MS = 30_000;

/** The running server, asked for backups by a command line on the same machine. */
export class ServerClient {
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;

  /** @param listen where the server listens, as its configuration says */
  constructor(listen: string, token: string | undefined) {
    const { host, port } = parseListen(listen);
    const reached = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
    this.#url = `http://${reached.includes(':') ? `[${reached}]` : reached}:${port}/api/v1/backups`;
    this.#headers = {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    };
  }

  startBackup(folder: string): Promise<Backup> {
    return this.#ask('', { method: 'POST', body: JSON.stringify({ folder }) });
  }

  backup(id: string): Promise<Backup> {
    return this.#ask(`/${encodeURIComponent(id)}`, {});
  }

  async #ask(path: string, init: { readonly method?: string; readonly body?: string }): Promise<Backup> {
    let answer: Response;
    let body: unknown;
    try {
      const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
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
    if (answer.ok && backupValidator.Check(body)) return body;
    throw problemOf(body, answer.status);
  }
}

/** The server's words for why it refuses. */
function problemOf(body: unknown, status: number): GridwardenError {
  const { code, detail }: { code?: unknown; detail?: unknown } = Object(body);
  const known = typeof code === 'string' && isErrorCode(code) ? code : 'INTERNAL';
  return new GridwardenError(known, typeof detail === 'string' ? detail : `The server answered with ${status}`);
}
