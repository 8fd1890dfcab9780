import type { MetricName } from '../../edge/protocol/quantities.ts';
import type { PlaceSettings } from '../physics/place.ts';
import type { AreaBlueprint } from '../scenario/blueprint.ts';
import type { PlannedFault } from '../scenario/fault-kinds.ts';
import { MeteredArea } from '../scenario/metered-area.ts';
import type { ReadingRows } from './columns.ts';
import type { DeviceName } from './reading-file.ts';

export const VALUE_SETS = ['registers', 'all'] as const;
/** Registers only, with power, voltages and currents of the gateway; or voltages and currents of every meter, too. */
export type ValueSet = (typeof VALUE_SETS)[number];

export const HISTORY_METRICS = [
  'energy_import',
  'energy_export',
  'active_power',
  'voltage_a',
  'voltage_b',
  'voltage_c',
  'current_a',
  'current_b',
  'current_c',
  'temperature_oil_top',
  'temperature_ambient',
] as const satisfies readonly MetricName[];

const IMPORT = 0;
const EXPORT = 1;
const POWER = 2;
const VOLTAGE = 3;
const CURRENT = 6;
const OIL = 9;
const AMBIENT = 10;

export interface HistorySpan {
  readonly steps: number;
  /** One reading every so many steps. */
  readonly everySteps: number;
  readonly values: ValueSet;
}

/** The devices of an area in the order of their numbers: gateway, customers, and the sensor at the transformer. */
export function devicesOf(blueprint: AreaBlueprint): DeviceName[] {
  const meters = blueprint.meters.map(({ id }): DeviceName => ({ id, kind: 'meter' }));
  return [...meters, { id: blueprint.transformer, kind: 'transformer' }];
}

/** Most rows that an area gives. */
export function rowsOf(blueprint: AreaBlueprint, { steps, everySteps, values }: HistorySpan): number {
  const readings = Math.floor(steps / everySteps);
  const generators = blueprint.meters.filter(({ role }) => role === 'generation').length;
  const perMeter = values === 'all' ? 8 : 1;
  return readings * (blueprint.meters.length * perMeter + generators + 10);
}

export interface AreaResult {
  /** By meter: the step in which its register began again. */
  readonly rolledOver: readonly (readonly [string, number])[];
  readonly intervals: number;
}

/**
 * Simulates an area from the scenario's origin and pushes its readings, device after device; `firstNumber` is the number of
 * its gateway. A reading stands at the end of its interval.
 */
export function areaHistory(
  blueprint: AreaBlueprint,
  place: PlaceSettings,
  faults: readonly PlannedFault[],
  span: HistorySpan,
  rows: Pick<ReadingRows, 'push'>,
  firstNumber: number,
): AreaResult {
  const area = new MeteredArea(blueprint, place, faults);
  const readings = Math.floor(span.steps / span.everySteps);
  const series = new SeriesTable(readings);
  for (let reading = 0; reading < readings; reading++) {
    for (let step = 0; step < span.everySteps; step++) area.advance();
    takeReadings(area, reading, series, span.values);
  }
  const everyMs = span.everySteps * place.stepMs;
  series.pushTo(rows, firstNumber, (reading) => place.originMs + (reading + 1) * everyMs);
  const rolledOver = area.meters.flatMap(({ planned, rolledOverAt }): [string, number][] =>
    rolledOverAt === undefined ? [] : [[planned.id, rolledOverAt]],
  );
  return { rolledOver, intervals: readings * area.meters.length };
}

function takeReadings(area: MeteredArea, reading: number, series: SeriesTable, values: ValueSet): void {
  const { step, meters } = area;
  for (let index = 0; index < meters.length; index++) {
    const meter = meters[index];
    const energy = meter?.importRead(step);
    if (!meter || energy === undefined) continue;
    const { role, phase } = meter.planned;
    series.put(index, IMPORT, reading, energy);
    if (role !== 'customer') series.put(index, EXPORT, reading, meter.exportRead(step) ?? 0);
    if (role === 'gateway' || values === 'all') {
      series.put(index, POWER, reading, meter.meter.measuredW / (1000 * meter.planned.settings.ratio));
      putPhases(area, index, phase, reading, series);
    }
  }
  const { oilC, ambientC } = area.sensorC();
  series.put(meters.length, OIL, reading, oilC);
  series.put(meters.length, AMBIENT, reading, ambientC);
}

/** Voltages to a tenth of a volt, currents to ten milliamperes on the meter's own side. A single-phase meter calls its phase a. */
function putPhases(area: MeteredArea, index: number, phase: string, reading: number, series: SeriesTable): void {
  const phasors = area.phasorsOf(index);
  const ratio = area.meters[index]?.planned.settings.ratio ?? 1;
  for (let k = 0; k < (phase === 'abc' ? 3 : 1); k++) {
    const volts = Math.hypot(phasors[2 * k] ?? 0, phasors[2 * k + 1] ?? 0);
    const amps = Math.hypot(phasors[6 + 2 * k] ?? 0, phasors[7 + 2 * k] ?? 0) / ratio;
    series.put(index, VOLTAGE + k, reading, Math.round(volts * 10) / 10);
    series.put(index, CURRENT + k, reading, Math.round(amps * 100) / 100);
  }
}

/** Values by device, metric and time; what was not read is NaN. */
class SeriesTable {
  readonly #readings: number;
  readonly #series: (Float64Array | undefined)[] = [];

  constructor(readings: number) {
    this.#readings = readings;
  }

  put(device: number, metric: number, reading: number, value: number): void {
    const at = device * HISTORY_METRICS.length + metric;
    let series = this.#series[at];
    if (!series) {
      series = new Float64Array(this.#readings).fill(Number.NaN);
      this.#series[at] = series;
    }
    series[reading] = value;
  }

  pushTo(rows: Pick<ReadingRows, 'push'>, firstNumber: number, timeMs: (reading: number) => number): void {
    for (let at = 0; at < this.#series.length; at++) {
      const series = this.#series[at];
      if (!series) continue;
      const device = firstNumber + Math.floor(at / HISTORY_METRICS.length);
      const metric = at % HISTORY_METRICS.length;
      for (let reading = 0; reading < series.length; reading++) {
        const value = series[reading] ?? Number.NaN;
        if (!Number.isNaN(value)) rows.push(device, metric, timeMs(reading), value);
      }
    }
  }
}
