import { type AreaBlueprint, blueprintOf, firstCustomers, type PlannedMeter } from '../scenario/blueprint.ts';
import type { PlannedFault } from '../scenario/fault-kinds.ts';
import type { Scenario } from '../scenario/scenario.ts';

/** The smallest grid that a server is told: three tables as CSV. Ids hold nothing that CSV would quote. */
export interface GridTables {
  readonly areas: string;
  readonly transformers: string;
  readonly meters: string;
}

/**
 * The grid of a scenario as the utility believes it to be: a ratio that was entered wrong stands here wrong from its day on,
 * a new customer stands here from the day on which he was entered, and a customer who was moved to another phase stands on the planned one.
 */
export function gridTables(scenario: Scenario, faults: readonly PlannedFault[]): GridTables {
  const believed = faults.filter(({ kind }) => kind === 'wrongRatio' || kind === 'notEntered');
  const wrong = new Map(believed.map((fault) => [fault.device, fault]));
  const areas = ['id,name,feeder'];
  const transformers = ['id,area,ratedKva,ratedVoltageV,noLoadLossW,loadLossW,connection'];
  const meters = ['id,area,role,phase,accuracyClass,multiplier,validFrom,validTo'];
  const firsts = firstCustomers(scenario);
  for (let index = 0; index < scenario.file.areas; index++) {
    const area = blueprintOf(scenario, index, firsts[index] ?? 1);
    areas.push(`${area.id},Area ${index + 1},${area.feeder}`);
    transformers.push(transformerRow(area));
    for (const meter of area.meters) meters.push(...meterRows(scenario, area, meter, wrong.get(meter.id)));
  }
  const text = (lines: readonly string[]) => `${lines.join('\n')}\n`;
  return { areas: text(areas), transformers: text(transformers), meters: text(meters) };
}

function transformerRow({ transformer: id, id: area, plan: { transformer } }: AreaBlueprint): string {
  const { ratedKva, ratedVoltageV, noLoadLossW, loadLossW, connection } = transformer;
  return [id, area, ratedKva, ratedVoltageV, noLoadLossW, loadLossW, connection].join(',');
}

function meterRows(
  { originMs, stepMs }: Scenario,
  area: AreaBlueprint,
  { id, role, phase, settings }: PlannedMeter,
  wrong: PlannedFault | undefined,
): string[] {
  const row = (ratio: number, fromStep: number | undefined, toStep: number | undefined) => {
    const at = (step: number | undefined) =>
      step === undefined || !Number.isFinite(step) ? '' : new Date(originMs + step * stepMs).toISOString();
    return [id, area.id, role, phase, settings.accuracy, ratio, at(fromStep), at(toStep)].join(',');
  };
  if (!wrong) return [row(settings.ratio, undefined, undefined)];
  if (wrong.kind === 'notEntered') {
    return Number.isFinite(wrong.toStep) ? [row(settings.ratio, wrong.toStep, undefined)] : [];
  }
  const rows = [
    row(settings.ratio, undefined, wrong.fromStep),
    row(settings.ratio * wrong.size, wrong.fromStep, wrong.toStep),
  ];
  return Number.isFinite(wrong.toStep) ? [...rows, row(settings.ratio, wrong.toStep, undefined)] : rows;
}
