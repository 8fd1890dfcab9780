import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Bench, Row } from '../bench.ts';
import { memoryMiB } from './cpu.ts';
import { type Cost, costOf, MISSED, REQUESTS, Spine, usEach } from './spine.ts';

const REGISTERS = 20;
const MEASURED_S = 30;

interface Load {
  readonly gateways: number;
  readonly unitsEach: number;
  /** An edge runs for months: edge and bare loop alike are measured when their code is compiled, which takes calls. */
  readonly warmUpS: number;
}

/** The whole edge against a bare loop of the same Modbus library, with the real server and store behind it. */
export const benches: Bench[] = [
  {
    name: 'poll: 1 000 devices each second over 5 gateways',
    run: () => compare({ gateways: 5, unitsEach: 200, warmUpS: 60 }),
  },
  {
    name: 'poll: 10 000 devices each second over 50 gateways',
    run: () => compare({ gateways: 50, unitsEach: 200, warmUpS: 10 }),
  },
];

async function compare(load: Load): Promise<Row[]> {
  const { gateways, unitsEach, warmUpS } = load;
  const spine = await Spine.start({
    gateways,
    profiles: [join(import.meta.dirname, 'models')],
    devices: (gateway) =>
      Array.from({ length: unitsEach }, (_, index) => ({
        id: `B-${gateway}-${index + 1}`,
        model: 'bench/meter',
        unit: index + 1,
      })),
    every: '1s',
  });
  try {
    const times = { warmUpMs: warmUpS * 1000, measuredMs: MEASURED_S * 1000 };
    const bare = await spine.measureBare({ unitsEach, registers: REGISTERS, ...times });
    return rowsOf(load, bare, await measureEdge(spine, times));
  } finally {
    await spine.stop();
  }
}

interface Measured extends Cost {
  readonly peakMiB: number;
  readonly missed: number;
}

async function measureEdge(
  spine: Spine,
  { warmUpMs, measuredMs }: { warmUpMs: number; measuredMs: number },
): Promise<Measured> {
  const edge = await spine.startEdge();
  await delay(warmUpMs);
  const missedBefore = await spine.sumOf(MISSED);
  const cost = await costOf(edge, () => spine.sumOf(REQUESTS), measuredMs);
  return { ...cost, missed: (await spine.sumOf(MISSED)) - missedBefore, peakMiB: memoryMiB(edge.pid ?? 0).peak };
}

function rowsOf({ gateways, unitsEach, warmUpS }: Load, bare: Cost, edge: Measured): Row[] {
  const ratio = usEach(edge) / usEach(bare);
  const label = `${gateways * unitsEach} devices/s`;
  const wanted = gateways * unitsEach * MEASURED_S;
  return [
    {
      figure: `${label}: CPU of the whole edge, a request`,
      value: usEach(edge),
      unit: 'µs',
      reference: `bare modbus-serial loop ${usEach(bare).toFixed(1)} µs`,
      ratio,
      target: '≤ 1.6',
      ok: ratio <= 1.6,
      note: `each warmed up for ${warmUpS} s, then measured for ${MEASURED_S} s`,
    },
    {
      figure: `${label}: share of a core`,
      value: edge.cpuS / MEASURED_S,
      unit: 'cores',
      target: '≤ 1',
      ok: edge.cpuS <= MEASURED_S,
    },
    { figure: `${label}: requests done of those due`, value: (edge.requests / wanted) * 100, unit: '%' },
    { figure: `${label}: missed deadlines`, value: edge.missed, unit: '', target: '0', ok: edge.missed === 0 },
    { figure: `${label}: peak memory`, value: edge.peakMiB, unit: 'MiB', target: '≤ 400', ok: edge.peakMiB <= 400 },
  ];
}
