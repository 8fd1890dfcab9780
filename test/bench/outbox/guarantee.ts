import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../parts/ports.ts';
import type { Bench, Row } from '../bench.ts';
import { endServer, startServer } from '../server.ts';
import { cpuSeconds } from '../spine/cpu.ts';
import { runEdge } from './run-edge.ts';

const SECONDS = 20;

/**
 * What the guarantee costs an edge without buses and the whole server with DuckDB together: with an outbox on disk and
 * acknowledgements, and with records that are published once and forgotten. Polling, which costs the same in both, is
 * left out.
 */
export const benches: Bench[] = [
  { name: 'guarantee: 1 000 records a second of 1 000 devices', run: () => cost(1000) },
  { name: 'guarantee: 5 000 records a second of 5 000 devices', run: () => cost(5000) },
];

async function cost(perSecond: number): Promise<Row[]> {
  const kept = await measure(perSecond, 'disk');
  const loose = await measure(perSecond, 'none');
  const ratio = kept.us / loose.us;
  return [
    {
      figure: `${perSecond} records/s: CPU of edge and server a record`,
      value: kept.us,
      unit: 'µs',
      reference: `published and forgotten ${loose.us.toFixed(1)} µs`,
      ratio,
      target: '≤ 1.3',
      ok: ratio <= 1.3,
      note: `edge ${kept.edgeUs.toFixed(1)} against ${loose.edgeUs.toFixed(1)} µs; ${kept.waiting} waiting at the end`,
    },
  ];
}

async function measure(perSecond: number, disk: 'disk' | 'none') {
  const folder = mkdtempSync(join(tmpdir(), 'gridwarden-bench-'));
  const broker = await freePort();
  const server = await startServer(folder, await freePort(), broker);
  try {
    const used = () => cpuSeconds(server.pid ?? 0);
    let beforeS = 0;
    let steadyMs = 0;
    const onSteady = () => {
      beforeS = used();
      steadyMs = performance.now();
    };
    const url = `mqtt://127.0.0.1:${broker}`;
    const edge = runEdge([url, perSecond, perSecond, SECONDS, 0, disk], onSteady);
    const { cpuUs, records, waiting } = await edge;
    // The edge's own end is short; the server's share of it is taken out by the time.
    const serverUs = ((used() - beforeS) * 1e6 * SECONDS * 1000) / (performance.now() - steadyMs);
    return { us: (cpuUs + serverUs) / records, edgeUs: cpuUs / records, waiting };
  } finally {
    await endServer(server);
    rmSync(folder, { recursive: true, force: true });
  }
}
