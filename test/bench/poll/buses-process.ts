import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { phaseMs, SLOT_MS } from '../../../edge/modbus/phase.ts';
import { loadModels } from '../../../edge/profiles/load.ts';
import { startRealBuses } from '../../support/real-buses.ts';

/**
 * The buses alone, in a process of their own: what they read is counted and thrown away. Arguments: ports, units at
 * each, model, and `delays` to note how late reads are. Answers `count` with what was done so far.
 */
const [ports = '', units = '0', model = '', figures = ''] = process.argv.slice(2);
const wantsDelays = figures === 'delays';
let reads = 0;

const PERIOD_MS = 1000;
/** For each gateway: how often a read of a unit other than the first was so many milliseconds behind its deadline. */
const delays = ports.split(',').map(() => new Uint32Array(PERIOD_MS));
const phases = delays.map((_, busIndex) =>
  Array.from({ length: Number(units) }, (_, index) =>
    phaseMs({ index, devices: Number(units), busIndex, periodMs: PERIOD_MS, slotMs: SLOT_MS }),
  ),
);

function noteDelay(device: string, timeMs: number): void {
  const [, gateway, unit] = device.split('-');
  const phase = phases[Number(gateway)]?.[Number(unit) - 1] ?? 0;
  const histogram = delays[Number(gateway)];
  const delayMs = (((timeMs - phase) % PERIOD_MS) + PERIOD_MS) % PERIOD_MS;
  if (histogram && Number(unit) > 1) histogram[delayMs] = (histogram[delayMs] ?? 0) + 1;
}

const buses = startRealBuses(mkdtempSync(join(tmpdir(), 'gridwarden-bench-')), {
  buses: ports.split(',').map((port, gateway) => ({
    id: `gateway-${gateway}`,
    transport: 'tcp',
    host: '127.0.0.1',
    port: Number(port),
    timeout: '1s',
    turnaround: '0ms',
    devices: Array.from({ length: Number(units) }, (_, index) => ({
      id: `B-${gateway}-${index + 1}`,
      model,
      unit: index + 1,
      every: { fast: '1s' },
    })),
  })),
  models: loadModels([join(import.meta.dirname, '../spine/models')]),
  sink: {
    take: ({ layout, timeMs }) => {
      reads += 1;
      if (wantsDelays) noteDelay(layout.device, timeMs);
    },
    health: () => undefined,
  },
});

process.send?.({ ready: true });
process.on('message', (message) => {
  if (message !== 'count') return;
  const reports = buses.report();
  const missedOf = (devices: readonly { unit: number; missedDeadlines: number }[], silent: boolean) =>
    devices.filter(({ unit }) => (unit === 1) === silent).reduce((sum, device) => sum + device.missedDeadlines, 0);
  process.send?.({
    answered: reads,
    requests: reports.reduce((sum, { requests }) => sum + requests, 0),
    missedFirstUnit: reports.reduce((sum, { devices }) => sum + missedOf(devices, true), 0),
    missedOthers: reports.reduce((sum, { devices }) => sum + missedOf(devices, false), 0),
    missedByBus: reports.map(({ devices }) => missedOf(devices, false)),
    delays: wantsDelays ? delays.map((histogram) => [...histogram]) : [],
  });
});
process.on('disconnect', () => process.exit(0));
