import { parentPort, workerData } from 'node:worker_threads';
import { codeOf, messageOf } from '../../../edge/platform/errors.ts';
import { parseFile } from './parse-file.ts';
import type { ParseOrder } from './parse-plan.ts';
import type { ParseMessage } from './parse-thread.ts';
import type { ReadingBatch } from './reading-batch.ts';

/** The thread that reads one file. It is asked for each batch, so that no more wait than were asked for. */
const port = parentPort;
if (!port) throw new Error('this file runs as a worker thread');

let readBytes = 0;
const order: ParseOrder = workerData;
const batches = parseFile(order, (bytes) => {
  readBytes = bytes;
});

async function next(): Promise<void> {
  try {
    const { value, done } = await batches.next();
    if (done === true) send({ type: 'end', readBytes });
    else send({ type: 'batch', batch: value, readBytes }, buffersOf(value));
  } catch (error) {
    send({ type: 'failed', code: codeOf(error) ?? 'INTERNAL', message: messageOf(error) });
  }
}

function send(message: ParseMessage, transfer: ArrayBuffer[] = []): void {
  port?.postMessage(message, transfer);
}

function buffersOf({ series, timeMs, value, quality, line }: ReadingBatch): ArrayBuffer[] {
  return [series, timeMs, value, quality, line].map(({ buffer }) => buffer);
}

port.on('message', () => void next());
