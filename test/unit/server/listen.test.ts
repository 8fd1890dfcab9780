import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listenOn } from '../../../server/listen.ts';
import { type ApiHarness, apiHarness } from '../../support/api-harness.ts';

let harness: ApiHarness;
beforeEach(async () => {
  harness = await apiHarness();
});
afterEach(() => harness.api.close());

test('the address for people holds the real port', async () => {
  const url = await listenOn(harness.api, '127.0.0.1:0');
  expect((await fetch(`${url}/health/live`)).status).toBe(200);
});

test('a port that is taken is said so, and can be had once it is free', async () => {
  const other = createServer();
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  const listen = `127.0.0.1:${(other.address() as AddressInfo).port}`;
  const refusal = { code: 'PORT_TAKEN', message: `${listen} is in use by another process` };
  await expect(listenOn(harness.api, listen)).rejects.toMatchObject(refusal);
  await expect(listenOn(harness.api, listen)).rejects.toMatchObject(refusal);
  await new Promise((resolve) => other.close(resolve));
  expect(await listenOn(harness.api, listen)).toBe(`http://${listen}`);
});

test('an address that this machine does not have is a mistake of the configuration', async () => {
  await expect(listenOn(harness.api, '192.0.2.1:0')).rejects.toMatchObject({ code: 'LISTEN_REFUSED' });
});
