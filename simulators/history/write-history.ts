import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Piscina } from 'piscina';
import { GridwardenError } from '../../edge/platform/errors.ts';
import { type ModelCatalogue, modelNamed } from '../../edge/profiles/load.ts';
import { customersOf, firstCustomers } from '../scenario/blueprint.ts';
import { SCENARIO_MODELS } from '../scenario/device-models.ts';
import type { PlannedFault } from '../scenario/fault-kinds.ts';
import { labelsOf } from '../scenario/labels.ts';
import type { AreaState } from '../scenario/metered-area.ts';
import { planFaults } from '../scenario/plan-faults.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { type HistorySpan, readingsIn, type ValueSet } from './area-history.ts';
import { EXTENSION, type HistoryFormat } from './formats.ts';
import { gridTables } from './grid-tables.ts';
import type { HistoryPart, PartResult } from './part.ts';

export interface HistoryOrder {
  readonly scenario: Scenario;
  readonly models: ModelCatalogue;
  /** What is written, in steps of the scenario from its origin. */
  readonly fromStep: number;
  readonly toStep: number;
  readonly everyMs: number;
  readonly values: ValueSet;
  /** Power, voltages, currents and temperatures only from this step on; default: all. */
  readonly fastFromStep?: number;
  /** The areas at `fromStep`; without them they are computed from the origin on. */
  readonly states?: readonly AreaState[] | undefined;
  /** Faults that a running fleet was told, beside those of the scenario. */
  readonly told?: readonly PlannedFault[];
  readonly format: HistoryFormat;
  readonly folder: string;
  readonly threads: number;
}

export interface HistoryProgress {
  readonly doneFiles: number;
  readonly files: number;
  readonly intervals: number;
  /** Share of all meter intervals. */
  readonly share: number;
}

export interface HistorySummary {
  readonly areas: number;
  readonly meters: number;
  readonly intervals: number;
  readonly readings: number;
  readonly labels: number;
  readonly files: number;
  /** The areas at `toStep`. */
  readonly states: readonly AreaState[];
}

/** Meter intervals in one file, about. */
const PART_INTERVALS = 2_000_000;
const DAY_MS = 86_400_000;

/**
 * Writes the history of a scenario into an empty folder: `grid/*.csv`, `readings/*`, and beside them `labels.json`, the truth,
 * and `history.json`, what was made. Areas are simulated on worker threads.
 *
 * @throws GridwardenError ARGUMENT_INVALID, PLACE_NOT_EMPTY
 */
export async function writeHistory(
  order: HistoryOrder,
  onProgress: (progress: HistoryProgress) => void,
): Promise<HistorySummary> {
  const { scenario, folder } = order;
  const span = spanOf(order);
  makeFolders(folder);
  const faults = [...planFaults(scenario), ...(order.told ?? [])];
  const tables = gridTables(scenario, faults);
  for (const [name, text] of Object.entries(tables)) writeFileSync(join(folder, 'grid', `${name}.csv`), text);
  const parts = partsOf(order, span, faults);
  const results = await runParts(parts, order.threads, totalIntervals(scenario, span), onProgress);
  const rolledOver = new Map(results.flatMap((result) => result.rolledOver));
  const labels = labelsOf(scenario, faults, span.toStep, rolledOver);
  const { name, file } = scenario;
  const made = {
    format: 1,
    scenario: name,
    seed: file.seed,
    start: file.start,
    days: (order.toStep * scenario.stepMs) / DAY_MS,
    everyMs: order.everyMs,
  };
  writeFileSync(join(folder, 'labels.json'), `${JSON.stringify({ ...made, labels }, null, 1)}\n`);
  const sum = (pick: (result: PartResult) => number) => results.reduce((total, result) => total + pick(result), 0);
  const summary = {
    areas: file.areas,
    meters: (firstCustomers(scenario).at(-1) ?? 1) - 1 + file.areas,
    intervals: sum(({ intervals }) => intervals),
    readings: sum(({ readings }) => readings),
    labels: labels.length,
    files: parts.length,
  };
  writeFileSync(join(folder, 'history.json'), `${JSON.stringify({ ...made, ...summary }, null, 1)}\n`);
  return { ...summary, states: results.flatMap(({ states }) => states) };
}

function spanOf({ scenario, fromStep, toStep, everyMs, values, fastFromStep = 0 }: HistoryOrder): HistorySpan {
  if (everyMs % scenario.stepMs !== 0 || DAY_MS % everyMs !== 0) {
    const step = scenario.stepMs / 60_000;
    throw new GridwardenError(
      'ARGUMENT_INVALID',
      `--every must be a multiple of the scenario's step of ${step} min and a whole part of a day`,
    );
  }
  return { fromStep, toStep, everySteps: everyMs / scenario.stepMs, values, fastFromStep };
}

function makeFolders(folder: string): void {
  mkdirSync(folder, { recursive: true });
  if (readdirSync(folder).length > 0) throw new GridwardenError('PLACE_NOT_EMPTY', `${folder} is not empty`);
  mkdirSync(join(folder, 'grid'));
  mkdirSync(join(folder, 'readings'));
}

function totalIntervals(scenario: Scenario, span: HistorySpan): number {
  return ((firstCustomers(scenario).at(-1) ?? 1) - 1 + scenario.file.areas) * readingsIn(span);
}

/** Areas in groups of about the same work, each for one file, and at least as many groups as threads if there are areas. */
function partsOf(order: HistoryOrder, span: HistorySpan, faults: readonly PlannedFault[]): HistoryPart[] {
  const { scenario, threads, format, folder, states, models } = order;
  const { areas } = scenario.file;
  const firsts = firstCustomers(scenario);
  const most = Math.min(PART_INTERVALS, Math.ceil(totalIntervals(scenario, span) / threads));
  const parts: HistoryPart[] = [];
  let fromArea = 0;
  let waiting = 0;
  for (let index = 0; index < areas; index++) {
    waiting += (customersOf(scenario, index) + 1) * readingsIn(span);
    if (waiting < most && index < areas - 1) continue;
    const ids = new Set(
      Array.from({ length: index + 1 - fromArea }, (_, n) => `A-${String(fromArea + n + 1).padStart(4, '0')}`),
    );
    const name = `part-${String(parts.length + 1).padStart(4, '0')}.${EXTENSION[format]}`;
    parts.push({
      scenario,
      faults: faults.filter(({ area }) => ids.has(area)),
      models: new Map(SCENARIO_MODELS.map((model) => [model, modelNamed(models, model)])),
      states: states?.slice(fromArea, index + 1),
      fromArea,
      toArea: index + 1,
      firstCustomer: firsts[fromArea] ?? 1,
      span,
      format,
      file: join(folder, 'readings', name),
    });
    fromArea = index + 1;
    waiting = 0;
  }
  return parts;
}

async function runParts(
  parts: readonly HistoryPart[],
  threads: number,
  total: number,
  onProgress: (progress: HistoryProgress) => void,
): Promise<PartResult[]> {
  const pool = new Piscina<HistoryPart, PartResult>({
    filename: new URL('./part.ts', import.meta.url).href,
    minThreads: 1,
    maxThreads: threads,
  });
  let [doneFiles, intervals] = [0, 0];
  try {
    return await Promise.all(
      parts.map(async (part) => {
        const result = await pool.run(part);
        doneFiles += 1;
        intervals += result.intervals;
        onProgress({ doneFiles, files: parts.length, intervals, share: intervals / total });
        return result;
      }),
    );
  } finally {
    await pool.destroy();
  }
}
