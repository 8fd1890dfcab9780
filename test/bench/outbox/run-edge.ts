import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** What `edge-process.ts` has measured. */
export interface Measured {
  readonly cpuUs: number;
  readonly records: number;
  readonly taken: number;
  readonly waiting: number;
  readonly drainSeconds: number;
  readonly rssMiB: number;
}

/** Runs `edge-process.ts` to its end; `onSteady` is called when what it measures begins. */
export async function runEdge(parameters: readonly (number | string)[], onSteady = () => {}): Promise<Measured> {
  const child = fork(join(import.meta.dirname, 'edge-process.ts'), parameters.map(String));
  const measured = new Promise<Measured>((resolve, reject) => {
    child.on('message', (message: Measured | 'steady') => (message === 'steady' ? onSteady() : resolve(message)));
    child.once('exit', (code) => reject(new Error(`the edge ended with ${code}`)));
  });
  const exited = once(child, 'exit');
  const result = await measured;
  await exited;
  return result;
}
