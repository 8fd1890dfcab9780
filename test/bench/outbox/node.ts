import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Bench, Row } from '../bench.ts';
import { type Measured, runEdge } from './run-edge.ts';

/** Everything of the edge but the buses: outbox, delivery, births, publishing, acknowledgements; broker and host apart. */
export const benches: Bench[] = [
  { name: 'edge: 1 000 records a second of 1 000 devices', run: () => cost(1000, 1000) },
  { name: 'edge: 10 000 records a second of 10 000 devices', run: () => cost(10_000, 10_000) },
  { name: 'edge: a backlog of 200 000 records of 1 000 devices', run: drain },
];

async function cost(deviceCount: number, perSecond: number): Promise<Row[]> {
  const seconds = 10;
  const kept = await withHost((url) => runEdge([url, deviceCount, perSecond, seconds, 0, 'disk']));
  const loose = await withHost((url) => runEdge([url, deviceCount, perSecond, seconds, 0, 'none']));
  const us = kept.cpuUs / kept.records;
  const looseUs = loose.cpuUs / loose.records;
  return [
    {
      figure: 'processor time a record, from the read to the acknowledgement',
      value: us,
      unit: 'µs',
      reference: `published, kept nowhere, never acknowledged: ${looseUs.toFixed(1)} µs`,
      ratio: us / looseUs,
      note: kept.waiting > 0 ? `${kept.waiting} still waiting` : 'nothing waiting at the end',
    },
    { figure: 'share of a core', value: (kept.cpuUs / 1e6 / seconds) * 100, unit: '%' },
    { figure: 'resident memory', value: kept.rssMiB, unit: 'MiB' },
  ];
}

async function drain(): Promise<Row[]> {
  const backlog = 200_000;
  const live = 100;
  const measured = await withHost((url) => runEdge([url, 1000, live, 1, backlog, 'disk']));
  const rate = backlog / measured.drainSeconds;
  return [
    {
      figure: 'backlog drained, acknowledged four times a second',
      value: rate,
      unit: 'records/s',
      reference: `live rate of 1 000 devices read every 10 s: ${live}/s`,
      ratio: rate / live,
      target: '≥ 5× the live rate',
      ok: rate >= 5 * live,
    },
  ];
}

async function withHost(run: (url: string) => Promise<Measured>): Promise<Measured> {
  const host = fork(join(import.meta.dirname, 'host-process.ts'));
  try {
    const [{ url }] = (await once(host, 'message')) as [{ url: string }];
    return await run(url);
  } finally {
    host.kill();
    await once(host, 'exit');
  }
}
