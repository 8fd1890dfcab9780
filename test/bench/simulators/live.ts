import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { LiveDevice } from '../../../simulators/live/scenario-fleet.ts';
import { freePort } from '../../parts/ports.ts';
import type { Bench, Row } from '../bench.ts';
import { cpuSeconds, memoryMiB } from '../spine/cpu.ts';
import { FleetReader } from './fleet-reader.ts';

const DEVICES = 10_000;
const UNITS = 200;
const WARM_UP_MS = 10_000;
const MEASURED_S = 30;
const MOST_MIB = 300;
const FIRST_PORT = 20_000;
const MAIN = join(import.meta.dirname, '../../../simulators/main.ts');

async function run(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'gridwarden-bench-live-'));
  const control = await freePort();
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const flags = ['--devices', DEVICES, '--units', UNITS, '--origin', yesterday, '--control', `127.0.0.1:${control}`];
  const args = [MAIN, 'run', '--scenario', 'county', '--listen', `127.0.0.1:${FIRST_PORT}`, ...flags.map(String)];
  const fleet = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  let reader: FleetReader | undefined;
  try {
    await once(fleet.stdout, 'data');
    const devices = await devicesAt(`http://127.0.0.1:${control}`);
    reader = new FleetReader(devices);
    return await measure(fleet.pid ?? 0, reader, devices);
  } finally {
    reader?.stop();
    if (fleet.exitCode === null) {
      fleet.kill('SIGTERM');
      await once(fleet, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The fleet says something when it is up or still computes the past. */
async function devicesAt(control: string): Promise<LiveDevice[]> {
  for (let attempt = 0; attempt < 240; attempt++) {
    const answer = await fetch(`${control}/devices`).catch(() => undefined);
    if (answer?.ok) return (await answer.json()) as LiveDevice[];
    await delay(250);
  }
  throw new Error('the fleet did not come up within a minute');
}

async function measure(pid: number, reader: FleetReader, devices: readonly LiveDevice[]): Promise<Row[]> {
  await delay(WARM_UP_MS);
  const before = { answered: reader.answered, cpuS: cpuSeconds(pid), atMs: performance.now() };
  await delay(MEASURED_S * 1000);
  const seconds = (performance.now() - before.atMs) / 1000;
  const rate = (reader.answered - before.answered) / seconds;
  // On a busy machine the reader may fall behind a little: what counts is the cost of each read.
  const cores = ((cpuSeconds(pid) - before.cpuS) / seconds) * (devices.length / rate);
  const { now, peak } = memoryMiB(pid);
  const gateways = new Set(devices.map(({ port }) => port)).size;
  const what = `live fleet: ${devices.length.toLocaleString('en-US')} devices on ${gateways} gateways, each read once a second`;
  return [
    {
      figure: `${what}: cores`,
      value: cores,
      unit: 'cores',
      target: '≤ 1',
      ok: cores <= 1 && rate >= 0.9 * DEVICES,
      note: `${Math.round(rate).toLocaleString('en-US')} reads/s, ${((cores / devices.length) * 1e6).toFixed(1)} µs each, ${reader.refused} refused`,
    },
    {
      figure: `${what}: memory`,
      value: now,
      unit: 'MiB',
      target: `≤ ${MOST_MIB}`,
      ok: peak <= MOST_MIB,
      note: `at most ${Math.round(peak)} MiB`,
    },
  ];
}

export const benches: Bench[] = [{ name: 'live fleet', run }];
