import { createServer } from 'node:net';
import { GridwardenError } from '../../edge/platform/errors.ts';

/** Ports from here up to the ephemeral range, which begins at 32768 and where any client may sit already. */
const FIRST = 15_020;
const LAST = 32_767;

/** The first of `count` ports of this machine's loopback that follow one another and are all free now. */
export async function freePorts(count: number, from = FIRST): Promise<number> {
  let first = from;
  for (let port = from; port <= LAST; port++) {
    if (!(await isFree(port))) first = port + 1;
    else if (port - first + 1 === count) return first;
  }
  throw new GridwardenError('PORT_TAKEN', `No ${count} ports in a row from ${from} to ${LAST} are free`);
}

export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
