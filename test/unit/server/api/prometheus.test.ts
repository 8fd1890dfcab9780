import { expect, test } from 'vitest';
import { apiHarness } from '../../../support/api-harness.ts';

test('devices and agents are counted by presence, requests are timed by route and not by address', async () => {
  const { api, host, store } = await apiHarness();
  host.addAgent('a/b');
  for (const id of ['1', '2', '3'])
    host.addDevice(store, id, [], { agent: 'a/b', presence: id === '3' ? 'stale' : 'online' });
  await api.inject('/api/v1/devices/1');
  await api.inject('/api/v1/devices/9');
  await api.inject('/some/where');
  const answer = await api.inject('/metrics');
  expect(answer.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
  const lines = answer.body.split('\n');
  expect(lines).toContain('gridwarden_devices{presence="online"} 2');
  expect(lines).toContain('gridwarden_devices{presence="stale"} 1');
  expect(lines).toContain('gridwarden_devices{presence="offline"} 0');
  expect(lines).toContain('gridwarden_agents{presence="online"} 1');
  expect(lines).toContain('gridwarden_http_request_seconds_count{route="/api/v1/devices/:id",status="2xx"} 1');
  expect(lines).toContain('gridwarden_http_request_seconds_count{route="/api/v1/devices/:id",status="4xx"} 1');
  expect(lines).toContain('gridwarden_http_request_seconds_count{route="unknown",status="4xx"} 1');
  expect(answer.body).not.toContain('some/where');
  await api.close();
});
