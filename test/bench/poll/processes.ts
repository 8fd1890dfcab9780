import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Row } from '../bench.ts';
import { cpuSeconds, memoryMiB } from '../spine/cpu.ts';

export const WARM_UP_MS = 5000;
export const MEASURED_S = 20;

export interface Counted {
  readonly answered: number;
  readonly missedFirstUnit?: number;
  readonly missedOthers?: number;
  /** Missed deadlines of all units but the first, by gateway. */
  readonly missedByBus?: readonly number[];
  /** By gateway: number of reads that were so many milliseconds behind their deadline. */
  readonly delays?: readonly (readonly number[])[];
}

export interface Measured {
  readonly before: Counted;
  readonly after: Counted;
  readonly answered: number;
  readonly missedOthers: number;
  readonly cpuS: number;
  readonly peakMiB: number;
}

export interface Generator {
  readonly child: ChildProcess;
  readonly ports: readonly number[];
}

/** Starts gateways in a process of their own; `sickUnit` of each suffers from `sicknesses`, one a gateway. */
export async function startGateways(count: number, sickUnit = 0, sicknesses = ['silent']): Promise<Generator> {
  const args = [String(count), String(sickUnit), sicknesses.join(',')];
  const child = fork(join(import.meta.dirname, 'gateways.ts'), args);
  const [message] = await once(child, 'message');
  return { child, ports: (message as { ports: number[] }).ports };
}

/** Runs a poller for a while; counts and CPU are those of the measured time. */
export async function measure(script: string, args: readonly string[]): Promise<Measured> {
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
    before,
    after,
    answered: after.answered - before.answered,
    missedOthers: (after.missedOthers ?? 0) - (before.missedOthers ?? 0),
    cpuS: cpuAfter - cpuBefore,
    peakMiB,
  };
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

export function missedRow(label: string, missed: number): Row {
  return { figure: `${label}: missed deadlines`, value: missed, unit: '', target: '0', ok: missed === 0 };
}
