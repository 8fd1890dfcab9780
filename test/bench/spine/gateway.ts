import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Bench, Row } from '../bench.ts';
import { memoryMiB } from './cpu.ts';
import { costOf, end, MISSED, REQUESTS, Spine, usEach } from './spine.ts';

const GATEWAYS = 4;
const METERS_EACH = 25;
/** The start is over, and memory has been collected once or twice. */
const WARM_UP_MS = 30_000;
const MEASURED_S = 60;
const BARE_REGISTERS = 40;
const BARE_MS = 15_000;
const MOST_MIB = 150;
const MOST_CORE_SHARE = 0.05;

const ROOT = join(import.meta.dirname, '../../..');
/** The edge is started as the unit does it. */
const UNIT = readFileSync(join(ROOT, 'edge/deploy/gridwarden-edge.service'), 'utf8');
const NODE_FLAGS = /^ExecStart=\S+((?: --\S+)*) \S+main\.ts/m.exec(UNIT)?.[1]?.trim().split(' ') ?? [];
const MALLOC_ARENA_MAX = /MALLOC_ARENA_MAX=(\d+)/.exec(UNIT)?.[1];

/** What a small gateway has to bear: the whole edge with real meters of the models, server and store behind it. */
export const benches: Bench[] = [{ name: 'gateway: 100 meters each second', run: measureGateway }];

async function measureGateway(): Promise<Row[]> {
  const spine = await Spine.start({
    gateways: GATEWAYS,
    devices: (gateway) =>
      Array.from({ length: METERS_EACH }, (_, i) => ({
        id: `M-${gateway}-${i + 1}`,
        model: 'eastron/sdm630',
        unit: i + 1,
      })),
    simulated: { habit: 'household', meanKw: 1 },
    every: { fast: '1s', registers: '15m' },
  });
  try {
    // The first start keeps its compiled sources, as on a gateway that was started before.
    await end(await startEdge(spine));
    const bare = await spine.measureBare({
      ...{ unitsEach: METERS_EACH, registers: BARE_REGISTERS, warmUpMs: BARE_MS, measuredMs: BARE_MS },
    });
    return await measure(await startEdge(spine), spine, usEach(bare));
  } finally {
    await spine.stop();
  }
}

function startEdge(spine: Spine): Promise<ChildProcess> {
  const env = { ...process.env, NODE_COMPILE_CACHE: join(spine.folder, 'compiled'), MALLOC_ARENA_MAX };
  return spine.startEdge({ execArgv: NODE_FLAGS, env });
}

async function measure(edge: ChildProcess, spine: Spine, bareUs: number): Promise<Row[]> {
  await delay(WARM_UP_MS);
  const missedBefore = await spine.sumOf(MISSED);
  const cost = await costOf(edge, () => spine.sumOf(REQUESTS), MEASURED_S * 1000);
  const missed = (await spine.sumOf(MISSED)) - missedBefore;
  const [share, requests] = [cost.cpuS / MEASURED_S, cost.requests / MEASURED_S];
  const { now, peak } = memoryMiB(edge.pid ?? 0);
  const bareShare = (bareUs * requests) / 1e6;
  return [
    {
      ...{ figure: '100 meters/s: share of a core', value: 100 * share, unit: '%', target: '≤ 5' },
      reference: `bare modbus-serial loop ${(100 * bareShare).toFixed(1)} % for as many requests`,
      ratio: share / bareShare,
      ok: share <= MOST_CORE_SHARE,
      note: `${requests.toFixed(0)} requests a second`,
    },
    {
      ...{ figure: '100 meters/s: resident', value: now, unit: 'MiB', target: `≤ ${MOST_MIB}`, ok: now <= MOST_MIB },
      note: `at most ${peak.toFixed(0)} MiB since the start`,
    },
    { figure: '100 meters/s: missed deadlines', value: missed, unit: '', target: '0', ok: missed === 0 },
  ];
}
