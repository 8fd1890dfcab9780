import { seededRandom } from '../../../edge/platform/clock.ts';
import type { MetricName } from '../../../edge/protocol/quantities.ts';
import type { DeviceDescription, DeviceRead, RecordLayout } from '../../../edge/reading.ts';

const FAST: readonly MetricName[] = [
  'voltage_a',
  'voltage_b',
  'voltage_c',
  'current_a',
  'current_b',
  'current_c',
  'active_power',
  'reactive_power',
  'power_factor',
  'frequency',
];
const REGISTERS: readonly MetricName[] = ['energy_import', 'energy_export'];
const TYPICAL = [231, 230, 229, 4.2, 3.9, 5.1, 2.4, 0.6, 0.97, 50];
/** Readings of a meter wander by some tenths of a per cent. */
const NOISE = 0.004;

const random = seededRandom(7);

/** Meters with ten fast values and two registers; their ids begin with `prefix`. */
export function meters(count: number, prefix = 'M-'): DeviceDescription[] {
  return Array.from({ length: count }, (_, index) => {
    const id = `${prefix}${String(index + 1).padStart(5, '0')}`;
    const layouts: RecordLayout[] = [
      { device: id, pollClass: 'fast', metrics: FAST },
      { device: id, pollClass: 'registers', metrics: REGISTERS },
    ];
    return { id, model: 'bench/meter', kind: 'meter', layouts };
  });
}

/** A read as a meter with 32-bit floats gives it. */
export function readOf(device: DeviceDescription, pollClass: 'fast' | 'registers', timeMs: number): DeviceRead {
  const layout = device.layouts[pollClass === 'fast' ? 0 : 1];
  if (!layout) throw new Error('a meter has two layouts');
  const values = new Float64Array(layout.metrics.length);
  for (let index = 0; index < values.length; index++) {
    const middle = pollClass === 'fast' ? (TYPICAL[index] ?? 1) : timeMs / 1e7;
    values[index] = Math.fround(middle * (1 + NOISE * (random() - 0.5)));
  }
  return { layout, timeMs, clockGeneration: 1, values, quality: new Uint8Array(values.length) };
}
