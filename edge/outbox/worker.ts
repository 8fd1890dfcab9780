import { parentPort, workerData } from 'node:worker_threads';
import { codeOf, messageOf } from '../platform/errors.ts';
import { type BackendCall, runCall } from './backend.ts';
import { OutboxStore, type StoreSettings } from './outbox-store.ts';

/** What a worker is asked. */
export interface WorkerRequest {
  readonly id: number;
  readonly call: BackendCall;
}

/** What it answers. Errors lose their class on the way, so the code travels beside the message. */
export type WorkerAnswer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: { readonly code: string | undefined; readonly message: string } };

const settings: StoreSettings = workerData;
const store = new OutboxStore(settings, () => performance.now());

parentPort?.on('message', ({ id, call }: WorkerRequest) => {
  parentPort?.postMessage(answer(id, call));
  if (call.name === 'close') parentPort?.close();
});

function answer(id: number, call: BackendCall): WorkerAnswer {
  try {
    return { id, value: runCall(store, call) };
  } catch (error) {
    return { id, error: { code: codeOf(error), message: messageOf(error) } };
  }
}
