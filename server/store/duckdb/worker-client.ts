import { Worker } from 'node:worker_threads';
import { ERROR_CATALOGUE, type ErrorCode, GridwardenError, messageOf } from '../../../edge/platform/errors.ts';
import type { Series } from '../telemetry-store.ts';
import type { CallName, Calls, WireError, WorkerMessage } from './messages.ts';
import type { ServiceOptions } from './service.ts';

interface PendingCall {
  resolve(answer: unknown): void;
  reject(error: GridwardenError): void;
}

/** What the store needs of its thread. */
export type StoreThread = Pick<WorkerClient, 'id' | 'known' | 'hasEnded' | 'call' | 'close'>;

/** The main thread's side of the store's worker: calls with numbers, answered in any order. */
export class WorkerClient {
  readonly id: string;
  readonly known: readonly Series[];
  readonly #worker: Worker;
  readonly #pending = new Map<number, PendingCall>();
  #lastCall = 0;
  #end: GridwardenError | undefined;

  private constructor(worker: Worker, id: string, known: readonly Series[], say: (line: string) => void) {
    this.#worker = worker;
    this.id = id;
    this.known = known;
    worker.on('message', (message: WorkerMessage) => this.#receive(message, say));
    worker.on('error', (error) => this.#ended(messageOf(error)));
    worker.on('exit', (code) => this.#ended(`its thread ended with ${code}`));
  }

  /** @throws GridwardenError why the folder cannot be opened */
  static open(options: ServiceOptions, say: (line: string) => void): Promise<WorkerClient> {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: options,
      name: 'telemetry-store',
      execArgv: [],
    });
    return new Promise((resolve, reject) => {
      worker.once('error', (cause) =>
        reject(new GridwardenError('STORE_UNAVAILABLE', `The store's thread failed: ${messageOf(cause)}`, { cause })),
      );
      worker.on('message', function opening(message: WorkerMessage) {
        if (message.type === 'said') say(message.line);
        if (message.type === 'failed') reject(errorOf(message.error));
        if (message.type !== 'opened') return;
        worker.off('message', opening);
        worker.removeAllListeners('error');
        resolve(new WorkerClient(worker, message.id, message.series, say));
      });
    });
  }

  get hasEnded(): boolean {
    return this.#end !== undefined;
  }

  call<N extends CallName>(
    name: N,
    args: Calls[N]['args'],
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<Calls[N]['answer']> {
    if (this.#end) return Promise.reject(this.#end);
    const id = ++this.#lastCall;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve: (answer) => resolve(answer as Calls[N]['answer']), reject });
      this.#worker.postMessage({ id, name, args }, transfer);
    });
  }

  async close(): Promise<void> {
    if (this.#end) return;
    const exited = new Promise((resolve) => this.#worker.once('exit', resolve));
    await this.call('close', []);
    await exited;
  }

  #receive(message: WorkerMessage, say: (line: string) => void): void {
    if (message.type === 'said') say(message.line);
    if (message.type !== 'answer' && message.type !== 'error') return;
    const pending = this.#pending.get(message.id);
    this.#pending.delete(message.id);
    if (message.type === 'answer') pending?.resolve(message.answer);
    else pending?.reject(errorOf(message.error));
  }

  #ended(why: string): void {
    if (this.#end) return;
    this.#end = new GridwardenError('STORE_UNAVAILABLE', `The telemetry store's thread is gone: ${why}`);
    for (const { reject } of this.#pending.values()) reject(this.#end);
    this.#pending.clear();
  }
}

function errorOf({ code, message, details }: WireError): GridwardenError {
  const known: ErrorCode = Object.hasOwn(ERROR_CATALOGUE, code) ? (code as ErrorCode) : 'STORE_UNAVAILABLE';
  return new GridwardenError(known, message, { details: { ...details } });
}
