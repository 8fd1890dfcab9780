import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../../edge/platform/errors.ts';
import type { WriteAnswer, WriteCall } from './export-thread.ts';
import { openWriter, type ReadingWriter, type WriteOrder } from './export-writer.ts';

/** The thread that writes one file of readings: it does one call after the other, and answers each. */
const port = parentPort;
if (!port) throw new Error('this file runs as a worker thread');

const order: WriteOrder = workerData;
let writer: ReadingWriter | undefined;

async function run(call: WriteCall): Promise<void> {
  writer ??= await openWriter(order);
  if (call.type === 'rows') await writer.write(call.rows);
  if (call.type === 'finish') await writer.finish();
  if (call.type !== 'rows') await writer.close();
}

port.on('message', (call: WriteCall) => {
  run(call).then(
    () => answer({ failed: undefined }),
    (error: unknown) => answer({ failed: messageOf(error), systemCode: systemCodeOf(error) }),
  );
});

function answer(message: WriteAnswer): void {
  port?.postMessage(message);
}

function systemCodeOf(error: unknown): string | undefined {
  const { code }: { code?: unknown } = Object(error);
  return typeof code === 'string' ? code : undefined;
}
