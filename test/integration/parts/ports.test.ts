import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../parts/ports.ts';

test('a free port can be listened on, lies below the ephemeral range, and is not handed out twice in a row', async () => {
  const ports = new Set<number>();
  for (let i = 0; i < 20; i += 1) {
    const port = await freePort();
    expect(port).toBeLessThan(32_768);
    ports.add(port);
    const server = createServer();
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
    onTestFinished(() => {
      server.close();
    });
  }
  expect(ports.size).toBe(20);
});

test.runIf(process.platform === 'linux')(
  'a port that was handed out stays claimed while its process runs',
  async () => {
    const port = await freePort();
    const other = createServer();
    const error = await new Promise((resolve) => {
      other.once('error', resolve);
      other.listen(`\0gridwarden-test-port-${port}`, () => resolve(undefined));
    });
    other.close();
    expect(error).toMatchObject({ code: 'EADDRINUSE' });
  },
);
