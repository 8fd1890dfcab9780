import type { ModelCatalogue } from '../../edge/profiles/load.ts';
import type { MetricName } from '../../edge/protocol/quantities.ts';
import type { PlaceSettings } from '../physics/place.ts';
import type { AreaBlueprint } from '../scenario/blueprint.ts';
import { connectionValues, shownA, shownV } from '../scenario/connection-values.ts';
import { modelsOf, SCENARIO_MODELS, showing } from '../scenario/device-models.ts';
import type { PlannedFault } from '../scenario/fault-kinds.ts';
import { type AreaState, MeteredArea } from '../scenario/metered-area.ts';
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
  /** Steps of the scenario: from the first of these on, up to the second, which is outside. */
  readonly fromStep: number;
  readonly toStep: number;
  /** One reading at the end of every so many steps from the scenario's origin. */
  readonly everySteps: number;
  readonly values: ValueSet;
  /** Power, voltages, currents and temperatures are read only from this step on. */
  readonly fastFromStep: number;
}

/** Readings that lie in a span. */
export function readingsIn({ fromStep, toStep, everySteps }: Omit<HistorySpan, 'values' | 'fastFromStep'>): number {
  return Math.floor(toStep / everySteps) - Math.floor(fromStep / everySteps);
}

/** The devices of an area in the order of their numbers: gateway, customers, and the sensor at the transformer. */
export function devicesOf(blueprint: AreaBlueprint): DeviceName[] {
  const meters = blueprint.meters.map(({ id }): DeviceName => ({ id, kind: 'meter' }));
  return [...meters, { id: blueprint.transformer, kind: 'transformer' }];
}

/** Most rows that an area gives. */
export function rowsOf(blueprint: AreaBlueprint, span: HistorySpan): number {
  const generators = blueprint.meters.filter(({ role }) => role === 'generation').length;
  const perMeter = span.values === 'all' ? 8 : 1;
  return readingsIn(span) * (blueprint.meters.length * perMeter + generators + 10);
}

export interface AreaHistory {
  readonly blueprint: AreaBlueprint;
  readonly place: PlaceSettings;
  readonly faults: readonly PlannedFault[];
  readonly models: ModelCatalogue;
  readonly span: HistorySpan;
  /** The area at `span.fromStep`; without it the area begins at the scenario's origin and is computed up to there. */
  readonly state?: AreaState | undefined;
}

export interface AreaResult {
  /** By meter: the step in which its register began again. */
  readonly rolledOver: readonly (readonly [string, number])[];
  readonly intervals: number;
  /** The area at the end of the span. */
  readonly state: AreaState;
}

/**
 * Simulates an area and pushes its readings, device after device; `firstNumber` is the number of its gateway. A reading stands
 * at the end of its interval.
 */
export function areaHistory(
  { blueprint, place, faults, models, span, state }: AreaHistory,
  rows: Pick<ReadingRows, 'push'>,
  firstNumber: number,
): AreaResult {
  const area = new MeteredArea(blueprint, place, faults, state);
  while (area.step + 1 < span.fromStep) area.advance();
  const { everySteps } = span;
  const first = Math.floor(span.fromStep / everySteps);
  const series = new SeriesTable(readingsIn(span), blueprint, models);
  while (area.step + 1 < span.toStep) {
    area.advance();
    const reading = (area.step + 1) / everySteps - first - 1;
    if (Number.isInteger(reading)) takeReadings(area, reading, series, span);
  }
  const everyMs = everySteps * place.stepMs;
  series.pushTo(rows, firstNumber, (reading) => place.originMs + (first + reading + 1) * everyMs);
  const rolledOver = area.meters.flatMap(({ planned, rolledOverAt }): [string, number][] =>
    rolledOverAt === undefined ? [] : [[planned.id, rolledOverAt]],
  );
  return { rolledOver, intervals: readingsIn(span) * area.meters.length, state: area.state() };
}

function takeReadings(area: MeteredArea, reading: number, series: SeriesTable, span: HistorySpan): void {
  const { step, meters } = area;
  const isFast = step >= span.fastFromStep;
  for (let index = 0; index < meters.length; index++) {
    const meter = meters[index];
    const energy = area.isRead(index, step) ? meter?.importRead(step) : undefined;
    if (!meter || energy === undefined) continue;
    const { role } = meter.planned;
    series.put(index, IMPORT, reading, energy);
    if (role !== 'customer') series.put(index, EXPORT, reading, meter.exportRead(step) ?? 0);
    if (isFast && (role === 'gateway' || span.values === 'all')) putConnection(area, index, reading, series);
  }
  if (!isFast || !area.isRead(-1, step)) return;
  const { oilC, ambientC } = area.sensorC();
  series.put(meters.length, OIL, reading, oilC);
  series.put(meters.length, AMBIENT, reading, ambientC);
}

function putConnection(area: MeteredArea, index: number, reading: number, series: SeriesTable): void {
  const { phases, totalKw, voltageV, currentA } = connectionValues(area, index);
  series.put(index, POWER, reading, totalKw);
  for (let k = 0; k < phases; k++) {
    series.put(index, VOLTAGE + k, reading, shownV(voltageV[k] ?? 0));
    series.put(index, CURRENT + k, reading, shownA(currentA[k] ?? 0));
  }
}

/** Values by device, metric and time, as they stand in the device's registers; what was not read is NaN. */
class SeriesTable {
  readonly #readings: number;
  readonly #series: (Float64Array | undefined)[] = [];
  /** By device and metric: what of a value can be read. */
  readonly #showing: readonly ((value: number) => number)[];

  constructor(readings: number, blueprint: AreaBlueprint, models: ModelCatalogue) {
    this.#readings = readings;
    const byModel = new Map(
      SCENARIO_MODELS.map((model) => [model, HISTORY_METRICS.map((metric) => showing(models, model, metric))]),
    );
    this.#showing = modelsOf(blueprint).flatMap((model) => byModel.get(model) ?? []);
  }

  put(device: number, metric: number, reading: number, value: number): void {
    const at = device * HISTORY_METRICS.length + metric;
    let series = this.#series[at];
    if (!series) {
      series = new Float64Array(this.#readings).fill(Number.NaN);
      this.#series[at] = series;
    }
    series[reading] = this.#showing[at]?.(value) ?? value;
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
