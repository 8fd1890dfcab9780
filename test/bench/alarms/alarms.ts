import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManualGridClock, ManualProcessClock } from '../../../edge/platform/clock.ts';
import { silentLogger } from '../../../edge/platform/log.ts';
import { Metrics } from '../../../edge/platform/metrics.ts';
import { GOOD } from '../../../edge/protocol/quality.ts';
import { startAlarms } from '../../../server/alarms/alarms.ts';
import type { LiveState } from '../../../server/live/live-state.ts';
import { openState } from '../../../server/state/database.ts';
import { AGENT, addDevice, newState } from '../../unit/server/live/state.ts';
import type { Bench, Row } from '../bench.ts';

const METERS = 10_000;
/** Longer than the on-delay of the built-in limits, which is a minute. */
const ROUNDS = 70;

/** Meters with three voltages (two built-in limits each) and a current (no limit). */
function fleet(): { state: LiveState; voltages: number[]; currents: number[] } {
  const state = newState();
  const voltages: number[] = [];
  const currents: number[] = [];
  for (let meter = 0; meter < METERS; meter++) {
    const slots = addDevice(state, `M-${meter}`, { voltage_a: 'V', voltage_b: 'V', voltage_c: 'V', current_a: 'A' });
    voltages.push(...slots.slice(0, 3));
    currents.push(...slots.slice(3));
  }
  return { state, voltages, currents };
}

/** Processor time of this process, ms: what others do on the machine does not count. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Nanoseconds of processor time to set each of `slots`, over rounds of one second. */
function nsPerValue(state: LiveState, slots: readonly number[], value: number, fromMs: number): number {
  const startMs = cpuMs();
  for (let round = 0; round < ROUNDS; round++) {
    for (const slot of slots) state.set(slot, value, GOOD, fromMs + round * 1000);
  }
  return ((cpuMs() - startMs) * 1e6) / (ROUNDS * slots.length);
}

const alarms: Bench = {
  name: 'alarms: limits, presence, and the log',
  async run(): Promise<Row[]> {
    const folder = mkdtempSync(join(tmpdir(), 'bench-alarms-'));
    const database = openState(join(folder, 'state.sqlite'));
    const { state, voltages, currents } = fleet();
    const [gridClock, processClock] = [new ManualGridClock(0), new ManualProcessClock()];
    nsPerValue(state, voltages, 230, 0);
    const bareNs = nsPerValue(state, voltages, 230, 1e6);
    const broker = () => ({ ok: true, reason: '' });
    const rest = { logger: silentLogger(), metrics: new Metrics() };
    const service = startAlarms({ database, state, broker, gridClock, processClock, ...rest });
    nsPerValue(state, voltages, 230, 2e6);
    const limitNs = nsPerValue(state, voltages, 230, 3e6);
    nsPerValue(state, currents, 5, 2e6);
    const noLimitNs = nsPerValue(state, currents, 5, 3e6);
    const checkStart = cpuMs();
    for (let check = 0; check < 10; check++) processClock.advance(1_000);
    const checkMs = (cpuMs() - checkStart) / 10;
    // All voltages trip in one second.
    nsPerValue(state, voltages, 300, 4e6);
    const raised = voltages.length;
    const floodStart = performance.now();
    let written = 0;
    service.onEvent(() => written++);
    for (let flush = 0; flush < raised && written < raised; flush++) processClock.advance(50);
    if (written < raised) throw new Error(`${written} of ${raised} alerts were written`);
    const floodSeconds = (performance.now() - floodStart) / 1000;
    await service.stop();
    database.close();
    rmSync(folder, { recursive: true });
    return [
      {
        figure: 'a value with two limits',
        value: limitNs,
        unit: 'ns',
        reference: `without alarms ${Math.round(bareNs)} ns`,
        note: `a value without a limit ${Math.round(noLimitNs)} ns`,
      },
      { figure: `presence of ${METERS} devices (${AGENT}), once a second`, value: checkMs, unit: 'ms' },
      {
        figure: `${raised} alerts at once: written and readable`,
        value: raised / floodSeconds,
        unit: 'events/s',
        note: 'SQLite, synchronous FULL, 2 000 a transaction',
      },
    ];
  },
};

export const benches: readonly Bench[] = [alarms];
