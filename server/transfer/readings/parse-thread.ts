import { Worker } from 'node:worker_threads';
import { type ErrorCode, GridwardenError } from '../../../edge/platform/errors.ts';
import type { ParseOrder } from './parse-plan.ts';
import type { ReadingBatch } from './reading-batch.ts';

/** What the thread that parses says. */
export type ParseMessage =
  | { readonly type: 'batch'; readonly batch: ReadingBatch; readonly readBytes: number }
  | { readonly type: 'end'; readonly readBytes: number }
  | { readonly type: 'failed'; readonly code: ErrorCode; readonly message: string };

/** A batch, and how far the file was read for it. */
export interface ParsedBatch {
  readonly batch: ReadingBatch;
  readonly readBytes: number;
}

/**
 * The batches of a file, parsed in a thread of their own: the thread of the server has agents and pages to answer. While one
 * is used the next is made.
 *
 * @throws GridwardenError IMPORT_INVALID and others of the parser
 */
export async function* parseInThread(order: ParseOrder): AsyncGenerator<ParsedBatch> {
  const worker = new Worker(new URL('./parse-worker.ts', import.meta.url), {
    workerData: order,
    name: 'import',
    execArgv: [],
  });
  const answers = new Answers(worker);
  try {
    worker.postMessage('next');
    for (;;) {
      const message = await answers.next();
      if (message.type === 'failed') throw new GridwardenError(message.code, message.message);
      if (message.type === 'end') return;
      worker.postMessage('next');
      yield message;
    }
  } finally {
    await worker.terminate();
  }
}

/** Messages of a worker in order. Its death is the last of them. */
class Answers {
  readonly #came: ParseMessage[] = [];
  #waiting: (() => void) | undefined;

  constructor(worker: Worker) {
    const died = (why: string) =>
      this.#add({ type: 'failed', code: 'INTERNAL', message: `The thread that reads the file ended: ${why}` });
    worker.on('message', (message: ParseMessage) => this.#add(message));
    worker.on('error', (error: unknown) => died(error instanceof Error ? error.message : String(error)));
    worker.on('exit', (code) => died(`exit ${code}`));
  }

  async next(): Promise<ParseMessage> {
    for (;;) {
      const message = this.#came.shift();
      if (message) return message;
      await new Promise<void>((resolve) => {
        this.#waiting = resolve;
      });
    }
  }

  #add(message: ParseMessage): void {
    this.#came.push(message);
    this.#waiting?.();
  }
}
