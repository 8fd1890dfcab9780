import { Worker } from 'node:worker_threads';
import { GridwardenError } from '../../../edge/platform/errors.ts';
import type { ExportRows, WriteOrder } from './export-writer.ts';

export type WriteCall =
  | { readonly type: 'rows'; readonly rows: readonly ExportRows[] }
  | { readonly type: 'finish' | 'giveUp' };

export interface WriteAnswer {
  /** Why not, in words. */
  readonly failed: string | undefined;
  /** What the system called it, such as ENOSPC. */
  readonly systemCode?: string | undefined;
}

/** A file of readings that is written in a thread of its own: the thread of the server has agents and pages to answer. */
export class WriteThread {
  readonly #worker: Worker;
  readonly #file: string;
  #died: string | undefined;
  #answer: ((answer: WriteAnswer) => void) | undefined;

  constructor(order: WriteOrder) {
    this.#file = order.file;
    this.#worker = new Worker(new URL('./export-worker.ts', import.meta.url), {
      workerData: order,
      name: 'export',
      execArgv: [],
    });
    this.#worker.on('message', (answer: WriteAnswer) => this.#answer?.(answer));
    this.#worker.on('error', (error: unknown) => this.#end(error instanceof Error ? error.message : String(error)));
    this.#worker.on('exit', (code) => this.#end(`exit ${code}`));
  }

  /** Hands rows over; one call at a time. @throws GridwardenError DISK_FULL, DIRECTORY_UNWRITABLE, INTERNAL */
  async call(call: WriteCall): Promise<void> {
    const { failed, systemCode } = await this.#ask(call);
    if (failed === undefined) return;
    const isFull = systemCode === 'ENOSPC' || /no space left|disk quota/i.test(failed);
    throw new GridwardenError(
      isFull ? 'DISK_FULL' : 'DIRECTORY_UNWRITABLE',
      `${this.#file} cannot be written: ${failed}`,
    );
  }

  async stop(): Promise<void> {
    this.#answer = undefined;
    await this.#worker.terminate();
  }

  #ask(call: WriteCall): Promise<WriteAnswer> {
    if (this.#died !== undefined) return Promise.resolve({ failed: this.#died });
    return new Promise((resolve) => {
      this.#answer = resolve;
      this.#worker.postMessage(call, call.type === 'rows' ? buffersOf(call.rows) : []);
    });
  }

  #end(why: string): void {
    this.#died = `the thread that writes ended: ${why}`;
    this.#answer?.({ failed: this.#died });
  }
}

/** Typed arrays of one buffer would be sent twice. */
function buffersOf(rows: readonly ExportRows[]): ArrayBuffer[] {
  const buffers = rows.flatMap(({ timeMs, value, quality, origin }) =>
    [timeMs, value, quality, origin].map(({ buffer }) => buffer),
  );
  return [...new Set(buffers)].filter((buffer): buffer is ArrayBuffer => buffer instanceof ArrayBuffer);
}
