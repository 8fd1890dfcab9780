import { createServer } from 'node:net';

/** Below the range from which Linux takes the local ports of outgoing connections, so that none of those is in the way. */
const FIRST_PORT = 12_000;
const END_PORT = 32_000;
/** Each test process takes its ports from a share of its own, so that two of them never race for the same one. */
const SHARES = 10;
const SHARE_SIZE = (END_PORT - FIRST_PORT) / SHARES;

const workerId = Number(process.env.VITEST_POOL_ID ?? process.pid);
const firstOfShare = FIRST_PORT + (workerId % SHARES) * SHARE_SIZE;
let next = process.pid % SHARE_SIZE;

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/** A TCP port on 127.0.0.1 that nobody listens on now and that this process has not handed out lately. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < SHARE_SIZE; tries += 1) {
    const port = firstOfShare + next;
    next = (next + 1) % SHARE_SIZE;
    if (await isFree(port)) return port;
  }
  throw new Error(`no free port from ${firstOfShare} to ${firstOfShare + SHARE_SIZE - 1}`);
}
