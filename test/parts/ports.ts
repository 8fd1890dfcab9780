import { createServer, type Server } from 'node:net';

/** Below the range from which Linux takes the local ports of outgoing connections, so that none of those is in the way. */
const FIRST_PORT = 12_000;
const END_PORT = 32_000;
const COUNT = END_PORT - FIRST_PORT;

let next = Math.floor(Math.random() * COUNT);

/** Claims of this process; they end with it. */
const claims: Server[] = [];

function listens(server: Server, listen: () => void): Promise<boolean> {
  return new Promise((resolve) => {
    server.once('error', () => resolve(false));
    server.once('listening', () => resolve(true));
    listen();
  });
}

/**
 * Claims a port among the test processes of this machine, for as long as this one lives: a name that Linux gives to one
 * process at a time and takes back when it ends. Where there are no such names every claim is granted.
 */
async function claim(port: number): Promise<boolean> {
  if (process.platform !== 'linux') return true;
  const server = createServer();
  if (!(await listens(server, () => server.listen(`\0gridwarden-test-port-${port}`)))) return false;
  claims.push(server.unref());
  return true;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  if (!(await listens(server, () => server.listen(port, '127.0.0.1')))) return false;
  await new Promise((resolve) => server.close(resolve));
  return true;
}

/**
 * A TCP port on 127.0.0.1 that nobody listens on now and that no test process which still runs was given before: it stays
 * free while what listens on it is down.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < COUNT; tries++) {
    const port = FIRST_PORT + next;
    next = (next + 1) % COUNT;
    if ((await claim(port)) && (await isFree(port))) return port;
  }
  throw new Error(`no free port from ${FIRST_PORT} to ${END_PORT - 1}`);
}
