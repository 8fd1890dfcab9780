import type { ModelCatalogue } from '../../edge/profiles/load.ts';
import { blueprintOf, customersOf } from '../scenario/blueprint.ts';
import type { PlannedFault } from '../scenario/fault-kinds.ts';
import type { AreaState } from '../scenario/metered-area.ts';
import { placeOf, type Scenario } from '../scenario/scenario.ts';
import { areaHistory, devicesOf, HISTORY_METRICS, type HistorySpan, rowsOf } from './area-history.ts';
import { ReadingRows } from './columns.ts';
import type { HistoryFormat } from './formats.ts';
import { type DeviceName, ReadingFiles } from './reading-file.ts';

/** Some areas whose readings go into one file. */
export interface HistoryPart {
  readonly scenario: Scenario;
  readonly faults: readonly PlannedFault[];
  readonly models: ModelCatalogue;
  readonly fromArea: number;
  readonly toArea: number;
  /** Number of the first customer of `fromArea`. */
  readonly firstCustomer: number;
  readonly span: HistorySpan;
  /** The areas at the beginning of the span, from `fromArea` on; without them they begin at the scenario's origin. */
  readonly states?: readonly AreaState[] | undefined;
  readonly format: HistoryFormat;
  readonly file: string;
}

export interface PartResult {
  readonly rolledOver: readonly (readonly [string, number])[];
  readonly intervals: number;
  readonly readings: number;
  /** The areas at the end of the span. */
  readonly states: readonly AreaState[];
}

/** Simulates the areas of a part and writes its file: what a worker does. */
export default async function writePart(part: HistoryPart): Promise<PartResult> {
  const { scenario, span, faults, models } = part;
  const place = placeOf(scenario);
  const files = await ReadingFiles.open(part.format, HISTORY_METRICS);
  const devices: DeviceName[] = [];
  const rolledOver: (readonly [string, number])[] = [];
  const states: AreaState[] = [];
  let [intervals, readings, firstCustomer] = [0, 0, part.firstCustomer];
  let rows = new ReadingRows(0);
  for (let index = part.fromArea; index < part.toArea; index++) {
    const blueprint = blueprintOf(scenario, index, firstCustomer);
    firstCustomer += customersOf(scenario, index);
    const most = rowsOf(blueprint, span);
    if (rows.capacity < most) rows = new ReadingRows(most);
    const state = part.states?.[index - part.fromArea];
    const done = areaHistory({ blueprint, place, faults, models, span, state }, rows, devices.length);
    states.push(done.state);
    devices.push(...devicesOf(blueprint));
    rolledOver.push(...done.rolledOver);
    intervals += done.intervals;
    readings += rows.length;
    await files.append(rows);
  }
  await files.write(part.file, devices);
  files.close();
  return { rolledOver, intervals, readings, states };
}
