import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InfluxGate } from '../../faults/system/influx-gate.ts';

const LINES =
  'meter,device=M-1,origin=live voltage_a=1.5,current_a=2 1000\nmeter,device=M-2,origin=live voltage_a=3 1000';

describe('the gate before InfluxDB', () => {
  let behind: Server;
  let gate: InfluxGate;
  let url: string;
  let written: string[];

  beforeEach(async () => {
    written = [];
    behind = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        if (request.method === 'POST') written.push(Buffer.concat(chunks).toString('latin1'));
        response.writeHead(request.method === 'POST' ? 204 : 200).end(request.method === 'POST' ? undefined : 'pong');
      });
    });
    behind.listen(0, '127.0.0.1');
    await once(behind, 'listening');
    gate = new InfluxGate(() => {
      const address = behind.address();
      return typeof address === 'object' && address !== null ? address.port : 0;
    });
    url = `http://127.0.0.1:${await gate.listen()}`;
  });

  afterEach(async () => {
    await gate.close();
    behind.closeAllConnections();
    behind.close();
  });

  function write(body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${url}/api/v2/write?bucket=b`, { method: 'POST', body, headers });
  }

  it('passes reads and writes on', async () => {
    expect(await (await fetch(`${url}/ping`)).text()).toBe('pong');
    expect((await write(LINES)).status).toBe(204);
    expect(written).toEqual([LINES]);
  });

  it.each([429, 503] as const)('answers %i to every write while it is told to, and to no read', async (status) => {
    gate.mode = status;
    const answer = await write(LINES);
    expect(answer.status).toBe(status);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect((await fetch(`${url}/ping`)).status).toBe(200);
    gate.mode = 'pass';
    expect((await write(LINES)).status).toBe(204);
    expect(written).toHaveLength(1);
  });

  it('refuses one field of one line for good, however it comes', async () => {
    gate.refuseNextLine();
    const answer = await write(LINES);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'invalid', message: expect.stringContaining('unable to parse') });
    const alone = 'meter,device=M-1,origin=live voltage_a=1.5 1000';
    expect((await write(alone)).status).toBe(400);
    expect((await write(new Uint8Array(gzipSync(alone)), { 'content-encoding': 'gzip' })).status).toBe(400);
    for (const other of ['meter,device=M-1,origin=live current_a=2 1000', LINES.split('\n')[1] ?? '']) {
      expect((await write(other)).status).toBe(204);
    }
  });
});
