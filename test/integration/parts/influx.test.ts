import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findInfluxd } from '../../parts/find.ts';
import { type InfluxServer, startInfluxd } from '../../parts/influx.ts';
import { describeWithPart } from '../../parts/require.ts';

async function write(server: InfluxServer, lines: string): Promise<number> {
  const query = new URLSearchParams({ org: server.org, bucket: server.bucket, precision: 'ms' });
  const response = await fetch(`${server.url}/api/v2/write?${query}`, {
    method: 'POST',
    headers: { authorization: `Token ${server.token}` },
    body: lines,
  });
  return response.status;
}

async function query(server: InfluxServer, flux: string): Promise<string> {
  const response = await fetch(`${server.url}/api/v2/query?org=${server.org}`, {
    method: 'POST',
    headers: { authorization: `Token ${server.token}`, 'content-type': 'application/vnd.flux' },
    body: flux,
  });
  return response.text();
}

function readAll(server: InfluxServer): Promise<string> {
  return query(server, `from(bucket: "${server.bucket}") |> range(start: 0) |> keep(columns: ["_field", "_value"])`);
}

describeWithPart('InfluxDB 2', findInfluxd(), (part) => {
  let server: InfluxServer;
  beforeAll(async () => {
    server = await startInfluxd();
  });
  afterAll(() => server.stop());

  test('stores points and gives them back', async () => {
    expect(await write(server, 'meter,device=M-0001 voltage_a=230.5 1700000000000')).toBe(204);
    expect(await readAll(server)).toMatch(/voltage_a,230\.5|230\.5,voltage_a/);
  });

  test('refuses a wrong token', async () => {
    expect(await write({ ...server, token: 'wrong' }, 'meter v=1')).toBe(401);
  });

  // A server that was running before the tests cannot be killed by them.
  if (part.kind === 'program') {
    test('keeps what it acknowledged when it is killed', async () => {
      expect(await write(server, 'meter,device=M-0001 current_a=17.25 1700000000001')).toBe(204);
      await server.kill();
      await expect(write(server, 'meter v=1')).rejects.toThrow();
      await server.restart();
      expect(await readAll(server)).toContain('17.25');
    });

    test('keeps its data in the folder it is given', async () => {
      const dir = await mkdtemp(join(tmpdir(), 'gridwarden-influx-test-'));
      const other = await startInfluxd({ dir });
      await other.stop();
      expect(existsSync(join(dir, 'influxd.bolt'))).toBe(true);
      await rm(dir, { recursive: true });
    });
  }
});
