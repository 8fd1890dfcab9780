import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { METRIC_NAMES } from '../../../edge/protocol/quantities.ts';
import { freePort } from '../../parts/ports.ts';
import { ForeignNode } from '../../support/foreign-node.ts';
import type { Bench, Row } from '../bench.ts';
import { endServer, startServer } from '../server.ts';
import { medianMs } from './fleet.ts';

const NODES = 50;
const DEVICES_PER_NODE = 200;
const DEVICES = NODES * DEVICES_PER_NODE;
const METRICS = METRIC_NAMES.slice(0, 10);
const READY_MS = 60_000;
const RUNS = 20;

const agent = new Agent({ keepAlive: true });

async function until(holds: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + READY_MS;
  while (!(await holds().catch(() => false))) {
    if (performance.now() > endMs) throw new Error('the devices are not there in time');
    await delay(200);
  }
}

/** Devices come by their births, with a value for each metric, as they do anywhere. */
async function bear(brokerUrl: string): Promise<ForeignNode[]> {
  const nodes: ForeignNode[] = [];
  for (let index = 0; index < NODES; index++) {
    const node = await ForeignNode.connect(brokerUrl, 'east', `agent-${index}`);
    nodes.push(node);
    await node.birth();
    for (let device = 0; device < DEVICES_PER_NODE; device++) {
      const values = Object.fromEntries(METRICS.map((metric) => [metric, Math.round(Math.random() * 25_000) / 100]));
      await node.deviceBirth(`M-${device}`, values, Date.now(), device * METRICS.length);
    }
  }
  return nodes;
}

function body(url: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, headers: { accept: 'application/json' } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        response.statusCode === 200 ? resolve(Buffer.concat(chunks)) : reject(new Error(String(response.statusCode))),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** The time of the same bytes from an HTTP server that has them ready. */
async function bareMs(ready: Buffer): Promise<number> {
  const server = createServer((_request, response) => response.end(ready));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const time = await medianMs(RUNS, () => body(`http://127.0.0.1:${port}/`));
  server.closeAllConnections();
  server.close();
  return time;
}

async function row(url: string, metrics: readonly string[]): Promise<Row> {
  const asked = `${url}/api/v1/readings/latest?limit=${DEVICES}&metrics=${metrics.join(',')}`;
  const answer = await body(asked);
  const { metrics: columns } = JSON.parse(answer.toString('utf8')) as { metrics: { values: (number | null)[] }[] };
  const values = columns.flatMap((column) => column.values).filter((value) => value !== null).length;
  if (values !== DEVICES * metrics.length) throw new Error(`${values} values instead of ${DEVICES * metrics.length}`);
  const ms = await medianMs(RUNS, () => body(asked));
  const bare = await bareMs(answer);
  return {
    figure: `latest of 10 000 devices from live state, values of each: ${metrics.length}`,
    value: ms,
    unit: 'ms',
    reference: `${bare.toFixed(1)} ms for the same ${Math.round(answer.length / 1000)} kB from a server that has them ready`,
    ratio: ms / bare,
    target: '≤ 50 ms',
    ok: ms <= 50,
  };
}

async function latestRows(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'gridwarden-bench-'));
  const [http, broker] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${http}`;
  const server = await startServer(folder, http, broker);
  try {
    const nodes = await bear(`mqtt://127.0.0.1:${broker}`);
    await until(async () => JSON.parse(String(await body(`${url}/api/v1/devices?limit=1`))).total === DEVICES);
    const rows = [await row(url, METRICS.slice(0, 1)), await row(url, METRICS)];
    for (const node of nodes) await node.end();
    return rows;
  } finally {
    agent.destroy();
    await endServer(server);
    rmSync(folder, { recursive: true, force: true });
  }
}

export const benches: readonly Bench[] = [{ name: 'latest values of 10 000 devices, over HTTP', run: latestRows }];
