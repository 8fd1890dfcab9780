import { parentPort, workerData } from 'node:worker_threads';
import { codeOf, GridwardenError, messageOf } from '../../../edge/platform/errors.ts';
import type { SeriesRows } from '../telemetry-store.ts';
import type { CallMessage, CallName, Calls, WireError, WorkerMessage } from './messages.ts';
import { DuckDbService, type ServiceOptions } from './service.ts';

/** The thread that owns the telemetry folder. Calls come as messages and are answered by number. */
const port = parentPort;
if (!port) throw new Error('this file runs as a worker thread');

function send(message: WorkerMessage, transfer: ArrayBuffer[] = []): void {
  port?.postMessage(message, transfer);
}

type Handlers = { [N in CallName]: (...args: Calls[N]['args']) => Promise<Calls[N]['answer']> };

function handlersOf(service: DuckDbService): Handlers {
  return {
    commit: async (batch) => void (await service.commit(batch)),
    received: async () => service.received(),
    forget: async (stream) => void (await service.forget(stream)),
    read: (query) => service.read(query),
    latest: (series, fromMs, toMs) => service.latest(series, fromMs, toMs),
    interruptReads: async () => void service.interruptReads(),
    tick: async (nowMs) => void (await service.tick(nowMs)),
    applyRetention: (nowMs) => service.applyRetention(nowMs),
    statistics: async (nowMs) => service.statistics(nowMs),
    describe: async () => service.describe(),
    backupBegin: (folder) => service.backup.begin(folder),
    backupResume: async () => void service.backup.resume(),
    backupCopy: (name) => service.backup.copy(name),
    backupEnd: async () => void (await service.backup.end()),
    close: async () => void (await service.close()),
  };
}

async function answer<N extends CallName>(handlers: Handlers, { id, name, args }: CallMessage<N>): Promise<void> {
  try {
    const result = await handlers[name](...args);
    send({ type: 'answer', id, answer: result }, name === 'read' ? buffersOf(result) : []);
  } catch (error) {
    send({ type: 'error', id, error: wireError(error) });
  }
  if (name === 'close') port?.close();
}

/** The columns of read rows are handed over, not copied. */
function buffersOf(rows: unknown): ArrayBuffer[] {
  const columns = (rows as SeriesRows[]).flatMap((row) => [
    row.timeMs,
    row.value,
    row.quality,
    row.origin,
    row.count,
    row.coverage,
  ]);
  const buffers = new Set(columns.map((column) => column?.buffer));
  return [...buffers].filter((buffer) => buffer instanceof ArrayBuffer && buffer.byteLength > 0) as ArrayBuffer[];
}

function wireError(error: unknown): WireError {
  const details = error instanceof GridwardenError ? error.details : {};
  return { code: codeOf(error) ?? 'STORE_UNAVAILABLE', message: messageOf(error), details };
}

try {
  const options = workerData as ServiceOptions;
  const service = await DuckDbService.open(options, (line) => send({ type: 'said', line }));
  const handlers = handlersOf(service);
  port.on('message', (message: CallMessage) => void answer(handlers, message));
  send({ type: 'opened', id: service.id, series: service.known });
} catch (error) {
  send({ type: 'failed', error: wireError(error) });
  port.close();
}
