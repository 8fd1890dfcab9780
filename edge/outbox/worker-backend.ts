import { Worker } from 'node:worker_threads';
import { type ErrorCode, GridwardenError, isErrorCode } from '../platform/errors.ts';
import type { BackendCall, OutboxBackend } from './backend.ts';
import type { StoreSettings } from './outbox-store.ts';
import type { WorkerAnswer, WorkerRequest } from './worker.ts';

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The store in a thread of its own, so that an fsync (a fraction of a millisecond on a good disk, half a second on a
 * worn memory card) never holds up polling.
 */
export function workerBackend(settings: StoreSettings): OutboxBackend {
  const calls = new WorkerCalls(new Worker(new URL('./worker.ts', import.meta.url), { workerData: settings }));
  const call =
    <Name extends keyof OutboxBackend>(name: Name) =>
    (...parameters: Parameters<OutboxBackend[Name]>) =>
      calls.send({ name, parameters } as BackendCall) as ReturnType<OutboxBackend[Name]>;
  return {
    open: call('open'),
    register: call('register'),
    commit: call('commit'),
    read: call('read'),
    compactOnce: call('compactOnce'),
    saveBdSeq: call('saveBdSeq'),
    close: call('close'),
  };
}

class WorkerCalls {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #next = 1;
  #ended: Error | undefined;

  constructor(worker: Worker) {
    this.#worker = worker;
    worker.on('message', (answer: WorkerAnswer) => this.#settle(answer));
    worker.on('error', (error) => this.#end(error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', () => this.#end(new Error('the outbox thread has ended')));
  }

  send(call: BackendCall): Promise<unknown> {
    if (this.#ended) return Promise.reject(this.#ended);
    const id = this.#next++;
    const request: WorkerRequest = { id, call };
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage(request);
    });
  }

  #settle(answer: WorkerAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('error' in answer) waiting?.reject(errorOf(answer.error.code, answer.error.message));
    else waiting?.resolve(answer.value);
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }
}

function errorOf(code: string | undefined, message: string): Error {
  const known: ErrorCode = code !== undefined && isErrorCode(code) ? code : 'INTERNAL';
  return new GridwardenError(known, message);
}
