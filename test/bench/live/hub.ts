import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Subscribe } from '../../../server/live/protocol.ts';
import type { Bench, Row } from '../bench.ts';
import { cpuSeconds, memoryMiB } from '../spine/cpu.ts';
import { Pages } from './pages.ts';

/** Long enough for the first lists of 200 pages that come one after the other. */
const WARM_UP_MS = 8_000;
const MEASURE_MS = 10_000;
const PAGES = 200;

type Request = (page: number) => Omit<Subscribe, 'type' | 'id'>;

const EVERYTHING: Request = () => ({ topic: 'points' });
/** Each page shows five devices of its own. */
const OWN_DEVICES: Request = (page) => ({
  topic: 'points',
  devices: Array.from({ length: 5 }, (_, n) => `M-${String(page * 5 + n).padStart(5, '0')}`),
});

interface Measured {
  /** Per cent of a core. */
  readonly cpu: number;
  readonly messagesPerSecond: number;
  readonly bytesPerSecond: number;
  readonly memoryMiB: number;
}

interface Load {
  readonly server: readonly [kind: 'hub' | 'bare', amount: number];
  readonly pages: number;
  readonly request?: Request;
  readonly acknowledges?: boolean;
}

async function measure({ server, pages: count, request = EVERYTHING, acknowledges = true }: Load): Promise<Measured> {
  const child = fork(join(import.meta.dirname, 'server-process.ts'), server.map(String));
  const [port] = (await once(child, 'message')) as [number];
  const pages = await Pages.open(port, count, request, acknowledges);
  await sleep(WARM_UP_MS);
  const before = snapshot(child, pages);
  await sleep(MEASURE_MS);
  const after = snapshot(child, pages);
  pages.close();
  child.kill();
  await once(child, 'exit');
  const seconds = (after.nowMs - before.nowMs) / 1000;
  return {
    cpu: (100 * (after.cpu - before.cpu)) / seconds,
    messagesPerSecond: (after.messages - before.messages) / seconds,
    bytesPerSecond: (after.bytes - before.bytes) / seconds,
    memoryMiB: after.memory,
  };
}

function snapshot(child: ChildProcess, pages: Pages) {
  const pid = child.pid ?? 0;
  const { messages, bytes } = pages;
  return { nowMs: performance.now(), cpu: cpuSeconds(pid), memory: memoryMiB(pid).now, messages, bytes };
}

function rate({ messagesPerSecond, bytesPerSecond }: Measured, pages: number): string {
  return `${(messagesPerSecond / pages).toFixed(1)} messages/s and ${Math.round(bytesPerSecond / pages / 1000)} kB/s a page`;
}

function perCent(value: number): string {
  return `${value.toFixed(1)} %`;
}

const hub: Bench = {
  name: 'live stream: CPU of the server process',
  async run(): Promise<Row[]> {
    const idle = await measure({ server: ['hub', 10_000], pages: 0 });
    const one = await measure({ server: ['hub', 10_000], pages: 1 });
    const many = await measure({ server: ['hub', 10_000], pages: PAGES });
    const bytesPerMessage = Math.round(many.bytesPerSecond / many.messagesPerSecond);
    const bare = await measure({ server: ['bare', bytesPerMessage], pages: PAGES });
    const own = await measure({ server: ['hub', 10_000], pages: PAGES, request: OWN_DEVICES });
    const small = await measure({ server: ['hub', 1_000], pages: PAGES });
    const slow = await measure({ server: ['hub', 10_000], pages: PAGES, acknowledges: false });
    return [
      { figure: '10 000 points/s, no page', value: idle.cpu, unit: '% of a core', note: 'setting the values' },
      { figure: '10 000 points/s to 1 page', value: one.cpu, unit: '% of a core', note: rate(one, 1) },
      {
        figure: `10 000 points/s to ${PAGES} pages, the same view`,
        value: many.cpu,
        unit: '% of a core',
        reference: `ws alone, the same bytes ready made: ${perCent(bare.cpu)}`,
        ratio: many.cpu / bare.cpu,
        note: rate(many, PAGES),
      },
      {
        figure: `10 000 points/s, ${PAGES} pages with views of their own`,
        value: own.cpu,
        unit: '% of a core',
        note: rate(own, PAGES),
      },
      {
        figure: `1 000 points/s to ${PAGES} pages, the same view`,
        value: small.cpu,
        unit: '% of a core',
        note: rate(small, PAGES),
      },
      {
        figure: `${PAGES} pages that never acknowledge: memory`,
        value: slow.memoryMiB,
        unit: 'MiB',
        reference: `pages that keep up: ${Math.round(many.memoryMiB)} MiB`,
        ratio: slow.memoryMiB / many.memoryMiB,
        note: `${perCent(slow.cpu)} of a core, ${rate(slow, PAGES)}`,
      },
    ];
  },
};

export const benches: readonly Bench[] = [hub];
