import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { startMetricsListener } from '../../../edge/metrics-listener.ts';
import { Metrics } from '../../../edge/platform/metrics.ts';

async function start(health = { broker: { ok: true, reason: 'the session stands' } }) {
  const metrics = new Metrics();
  metrics.counter('things_total', 'Things').inc(3);
  const listener = await startMetricsListener('127.0.0.1:0', metrics, () => health);
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
  expect([(await get('/')).status, (await get('/metrics', { method: 'POST' })).status]).toEqual([404, 405]);
});

it('a port that is taken is told with its code', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void other.close());
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await expect(startMetricsListener(`127.0.0.1:${port}`, new Metrics(), () => ({}))).rejects.toMatchObject({
    code: 'PORT_TAKEN',
    message: `127.0.0.1:${port} is in use by another process`,
  });
});
