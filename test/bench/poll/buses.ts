import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { TYPICAL_COST } from '../../../edge/modbus/plan.ts';
import { CLASSES, planReads } from '../../../edge/modbus/read-plan.ts';
import { loadModels, modelNamed } from '../../../edge/profiles/load.ts';
import type { Bench, Row } from '../bench.ts';
import { cpuSeconds, memoryMiB } from '../spine/cpu.ts';

const WARM_UP_MS = 5000;
const MEASURED_S = 20;
const REGISTERS = 20;

/** The buses without what stands behind them: what scheduling, reading and decoding cost beside a bare loop. */
export const benches: Bench[] = [
  { name: 'buses alone: 1 000 devices each second over 5 gateways', run: () => compare(5, 200) },
  { name: 'buses alone: 10 000 devices each second over 50 gateways', run: () => compare(50, 200) },
  { name: 'buses: one unit of each gateway never answers', run: oneSilent },
  { name: 'buses: plans of 1 000 devices', run: plans },
];

interface Counted {
  readonly answered: number;
  readonly missedFirstUnit?: number;
  readonly missedOthers?: number;
}

interface Measured extends Counted {
  readonly cpuS: number;
  readonly peakMiB: number;
}

async function compare(gateways: number, units: number): Promise<Row[]> {
  const generator = await startGateways(gateways, 0);
  try {
    const bare = await measure('../spine/bare-poller.ts', [generator.ports, String(units), String(REGISTERS)]);
    const ours = await measure('buses-process.ts', [generator.ports, String(units), 'bench/meter']);
    const usEach = ({ cpuS, answered }: Measured) => (cpuS / answered) * 1e6;
    const label = `buses alone, ${gateways * units} devices/s`;
    return [
      {
        figure: `${label}: CPU a read`,
        value: usEach(ours),
        unit: 'µs',
        reference: `bare modbus-serial loop ${usEach(bare).toFixed(1)} µs`,
        ratio: usEach(ours) / usEach(bare),
      },
      { figure: `${label}: share of a core`, value: ours.cpuS / MEASURED_S, unit: 'cores' },
      missedRow(label, ours.missedOthers ?? 0),
      { figure: `${label}: peak memory`, value: ours.peakMiB, unit: 'MiB' },
    ];
  } finally {
    await end(generator.child);
  }
}

async function oneSilent(): Promise<Row[]> {
  const generator = await startGateways(10, 1);
  try {
    const measured = await measure('buses-process.ts', [generator.ports, '20', 'bench/meter']);
    return [missedRow('1 of 20 units silent, 10 gateways: the other 19', measured.missedOthers ?? 0)];
  } finally {
    await end(generator.child);
  }
}

function missedRow(label: string, missed: number): Row {
  return { figure: `${label}: missed deadlines`, value: missed, unit: '', target: '0', ok: missed === 0 };
}

function plans(): Promise<Row[]> {
  const model = modelNamed(loadModels(), 'eastron/sdm630');
  const begin = performance.now();
  // As if each had holes of its own: nothing is shared between them.
  for (let device = 0; device < 1000; device++) {
    const hole = { functionCode: 4 as const, from: 2 * (device % 40), to: 2 * (device % 40) + 1, learnedAtMs: 0 };
    planReads(model, CLASSES.both, { holes: [hole] }, TYPICAL_COST);
  }
  const tookMs = performance.now() - begin;
  const figure = 'plans of 1 000 SDM630 (50 values), none shared';
  return Promise.resolve([{ figure, value: tookMs, unit: 'ms', target: '≤ 200', ok: tookMs <= 200 }]);
}

async function startGateways(count: number, silentUnit: number): Promise<{ child: ChildProcess; ports: string }> {
  const child = fork(join(import.meta.dirname, 'gateways.ts'), [String(count), String(silentUnit)]);
  const [message] = await once(child, 'message');
  return { child, ports: (message as { ports: number[] }).ports.join(',') };
}

/** Runs a poller for a while; counts and CPU are those of the measured time. */
async function measure(script: string, args: readonly string[]): Promise<Measured> {
  const child = fork(join(import.meta.dirname, script), [...args]);
  await once(child, 'message');
  const pid = child.pid ?? 0;
  const count = async (): Promise<Counted> => {
    child.send('count');
    const [message] = await once(child, 'message');
    return message as Counted;
  };
  await delay(WARM_UP_MS);
  const [before, cpuBefore] = [await count(), cpuSeconds(pid)];
  await delay(MEASURED_S * 1000);
  const [after, cpuAfter] = [await count(), cpuSeconds(pid)];
  const peakMiB = memoryMiB(pid).peak;
  await end(child);
  return {
    answered: after.answered - before.answered,
    missedOthers: (after.missedOthers ?? 0) - (before.missedOthers ?? 0),
    cpuS: cpuAfter - cpuBefore,
    peakMiB,
  };
}

async function end(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}
