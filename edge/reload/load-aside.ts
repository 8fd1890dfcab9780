import { Worker } from 'node:worker_threads';
import type { LoadedEdge } from '../load-config.ts';
import { GridwardenError, isErrorCode } from '../platform/errors.ts';

/** What the thread that reads a configuration answers. */
export type LoadAnswer =
  | { readonly loaded: LoadedEdge }
  | { readonly code: string | undefined; readonly message: string };

/**
 * Reads and checks a configuration in a thread of its own: that of a large fleet takes seconds, in which devices go on
 * being read.
 *
 * @throws GridwardenError CONFIG_UNREADABLE, CONFIG_INVALID, MODEL_INVALID
 */
export async function loadAside(file: string): Promise<LoadedEdge> {
  const answer = await new Promise<LoadAnswer>((resolve, reject) => {
    const worker = new Worker(new URL('./load-worker.ts', import.meta.url), { workerData: file });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('the thread that reads the configuration has ended without an answer')));
  });
  if ('loaded' in answer) return answer.loaded;
  const { code, message } = answer;
  throw new GridwardenError(code !== undefined && isErrorCode(code) ? code : 'INTERNAL', message);
}
