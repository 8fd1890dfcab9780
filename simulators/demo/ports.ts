import { createServer } from 'node:net';
import { GridwardenError } from '../../edge/platform/errors.ts';

/** Ports from here up to the ephemeral range, which begins at 32768 and where any client may sit already. */
const FIRST = 15_020;
const LAST = 32_767;

/** `count` ports of this machine's loopback that are free now, counted upwards from `from`. */
export async function freePorts(count: number, from = FIRST): Promise<number[]> {
  const free: number[] = [];
  for (let port = from; port <= LAST && free.length < count; port++) {
    if (await isFree(port)) free.push(port);
  }
  if (free.length === count) return free;
  throw new GridwardenError('PORT_TAKEN', `Only ${free.length} of ${count} ports from ${from} to ${LAST} are free`);
}

export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
