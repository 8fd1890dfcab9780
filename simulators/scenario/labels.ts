import { FAULT_FACTS, type PlannedFault } from './fault-kinds.ts';
import type { Scenario } from './scenario.ts';

/** A fault as the labels file has it; times are RFC 3339, an open end is null. */
export interface Label {
  readonly kind: string;
  readonly area: string;
  readonly device: string;
  readonly start: string;
  readonly end: string | null;
  readonly size: number | null;
  readonly unit: string;
  readonly form: 'step' | 'drift';
  readonly phase: 'a' | 'b' | 'c' | null;
}

const WIRING = new Set(['phaseLost', 'ctReversed', 'phasesSwapped']);
const PHASES = ['a', 'b', 'c'] as const;

/**
 * The labels of the faults that begin within `steps` steps. `rolledOver` tells when a register really began again, which is
 * where the label of a rollover stands; one that did not come is left out.
 */
export function labelsOf(
  scenario: Scenario,
  faults: readonly PlannedFault[],
  steps: number,
  rolledOver: ReadonlyMap<string, number>,
): Label[] {
  return faults.flatMap((fault) => {
    const happened = fault.kind === 'rollover' ? rolledOver.get(fault.device) : fault.fromStep;
    return happened === undefined || happened >= steps ? [] : [labelOf(scenario, fault, happened)];
  });
}

function labelOf(scenario: Scenario, fault: PlannedFault, fromStep: number): Label {
  const at = (step: number) => scenario.originMs + step * scenario.stepMs;
  const toStep = fault.kind === 'rollover' || fault.kind === 'registerJump' ? fromStep + 1 : fault.toStep;
  return toldLabel(fault, at(fromStep), at(toStep));
}

/** The label of a fault with these times, UTC ms; an end at infinity is open. */
export function toldLabel(fault: PlannedFault, fromMs: number, toMs: number): Label {
  const { unit } = FAULT_FACTS[fault.kind];
  return {
    kind: fault.kind,
    area: fault.area,
    device: fault.device,
    start: new Date(fromMs).toISOString(),
    end: Number.isFinite(toMs) ? new Date(toMs).toISOString() : null,
    size: unit === '' ? null : fault.size,
    unit,
    form: fault.form,
    phase: WIRING.has(fault.kind) ? (PHASES[fault.phase] ?? null) : null,
  };
}
