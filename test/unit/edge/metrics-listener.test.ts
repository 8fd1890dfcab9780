import { get as httpGet } from 'node:http';
import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { startMetricsListener } from '../../../edge/metrics-listener.ts';
import { Metrics } from '../../../edge/platform/metrics.ts';

const status = {
  at: async (path: string | undefined) =>
    path === '/' ? { headers: { 'content-security-policy': "default-src 'none'" }, body: '<p>page</p>' } : undefined,
};

async function start(health = { broker: { ok: true, reason: 'the session stands' } }) {
  const metrics = new Metrics();
  metrics.counter('things_total', 'Things').inc(3);
  const listener = await startMetricsListener('127.0.0.1:0', { metrics, health: () => health, status });
  onTestFinished(() => listener.stop());
  return (path: string, init?: RequestInit) => fetch(`http://127.0.0.1:${listener.port}${path}`, init);
}

it('gives the metrics as Prometheus reads them', async () => {
  const get = await start();
  const response = await get('/metrics');
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0.0.4/);
  expect(await response.text()).toContain('gridwarden_things_total 3');
});

it('is live, and ready when every part is', async () => {
  const get = await start();
  expect([(await get('/health/live')).status, (await get('/health/ready')).status]).toEqual([200, 200]);
  const away = await start({ broker: { ok: false, reason: 'there is no session' } });
  const response = await away('/health/ready');
  expect([response.status, await response.json()]).toEqual([
    503,
    { ok: false, broker: { ok: false, reason: 'there is no session' } },
  ]);
});

it('answers nothing else', async () => {
  const get = await start();
  expect([(await get('/x')).status, (await get('/metrics', { method: 'POST' })).status]).toEqual([404, 405]);
});

it('gives the status page with its own headers', async () => {
  const get = await start();
  const page = await get('/?x=1');
  expect([page.headers.get('content-security-policy'), await page.text()]).toEqual([
    "default-src 'none'",
    '<p>page</p>',
  ]);
});

it('answers to names of this machine only, so that no page of another site can read it', async () => {
  const { port } = new URL((await (await start())('/')).url);
  const ask = (host: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const options = { host: '127.0.0.1', port, path: '/metrics', headers: { host } };
      httpGet(options, (response) => resolve(response.resume().statusCode)).on('error', reject);
    });
  expect(await Promise.all(['localhost:1', '127.0.0.1', `[::1]:${port}`].map(ask))).toEqual([200, 200, 200]);
  expect(await Promise.all(['evil.example', '127.0.0.1.evil.example:80'].map(ask))).toEqual([421, 421]);
});

it('a port that is taken is told with its code', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void other.close());
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await expect(
    startMetricsListener(`127.0.0.1:${port}`, { metrics: new Metrics(), health: () => ({}), status }),
  ).rejects.toMatchObject({
    code: 'PORT_TAKEN',
    message: `127.0.0.1:${port} is in use by another process`,
  });
});
