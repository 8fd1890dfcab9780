import { GridwardenError } from '../../edge/platform/errors.ts';
import { durationMs } from '../../edge/platform/units.ts';
import { keyOf, mix, uniform } from '../physics/hash.ts';
import { type AreaBlueprint, blueprintOf, firstCustomers } from './blueprint.ts';
import { FAULT_FACTS, type PlannedFault, type ScenarioFaultKind } from './fault-kinds.ts';
import type { Scenario } from './scenario.ts';
import type { ScenarioFile } from './schema.ts';

type FaultEntry = ScenarioFile['faults'][number];

/** Tries for a place that is free and fits; more than enough unless nearly every place is taken. */
const MAX_TRIES = 2000;

/**
 * Chooses where and when each fault of a scenario is. A meter has one fault at most, and so has an area, so that a finding
 * has one cause. A pure function of the scenario.
 *
 * @throws GridwardenError CONFIG_INVALID when a named device is none of the scenario or no place is left
 */
export function planFaults(scenario: Scenario): PlannedFault[] {
  const firsts = firstCustomers(scenario);
  const blueprints = new Map<number, AreaBlueprint>();
  const areaAt = (index: number) => {
    const known = blueprints.get(index) ?? blueprintOf(scenario, index, firsts[index] ?? 1);
    blueprints.set(index, known);
    return known;
  };
  const taken = new Set<string>();
  return scenario.file.faults.flatMap((entry, number) => {
    const state = mix(mix(scenario.file.seed, keyOf('faults')), number);
    const count = entry.devices?.length ?? countOf(entry, scenario);
    return Array.from({ length: count }, (_, nth) => {
      const own = mix(state, nth);
      const named = entry.devices?.[nth];
      const place = named === undefined ? drawn(entry.kind, own) : find(named);
      if (place) {
        const places = FAULT_FACTS[entry.kind].place === 'feeder' ? feederOf(place) : [place];
        for (const { device } of places) taken.add(device);
        return places.map((one) => planned(scenario, entry, own, one));
      }
      if (scenario.resized) return [];
      const what =
        named === undefined ? `no place is left for a fault of kind ${entry.kind}` : `there is no device ${named}`;
      throw new GridwardenError('CONFIG_INVALID', `${scenario.name}: ${what}`);
    }).flat();
  });

  function drawn(kind: ScenarioFaultKind, state: number): Place | undefined {
    for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
      const area = areaAt(Math.floor(uniform(state, 10 + 2 * attempt) * scenario.file.areas));
      const place = placeIn(area, kind, uniform(state, 11 + 2 * attempt));
      if (place && !taken.has(place.device)) return place;
    }
    return undefined;
  }

  /** The areas of the feeder of an area that have no fault yet. */
  function feederOf({ area }: Place): Place[] {
    const all = Array.from({ length: scenario.file.areas }, (_, index) => areaAt(index));
    const feeder = all.find(({ id }) => id === area)?.feeder;
    return all.filter((one) => one.feeder === feeder && !taken.has(one.transformer)).map(areaPlace);
  }

  function find(device: string): Place | undefined {
    for (let index = 0; index < scenario.file.areas; index++) {
      const area = areaAt(index);
      const place = placeNamed(area, device);
      if (place) return place;
    }
    return undefined;
  }
}

/** Where a fault is. */
export interface Place {
  readonly area: string;
  readonly device: string;
  readonly connection: number;
}

/** The place of a device of an area by its id; the area's own id means the area, as its transformer does. */
export function placeNamed(area: AreaBlueprint, device: string): Place | undefined {
  const meter = area.meters.find(({ id }) => id === device);
  if (meter) return { area: area.id, device, connection: meter.connection };
  return device === area.transformer || device === area.id ? areaPlace(area) : undefined;
}

/** How many of a kind: as dense as the file says in a scenario cut or grown, where a single one stays down to two fifths. */
function countOf({ count }: FaultEntry, { resized }: Scenario): number {
  return resized ? Math.floor(count * resized.faultShare + 0.6) : count;
}

function areaPlace(area: AreaBlueprint): Place {
  return { area: area.id, device: area.transformer, connection: -1 };
}

/** A place of an area that a kind of fault fits: a customer's meter of the right sort, or the area itself. */
function placeIn(area: AreaBlueprint, kind: ScenarioFaultKind, u: number): Place | undefined {
  const { place } = FAULT_FACTS[kind];
  if (place === 'area' || place === 'feeder') return areaPlace(area);
  const meters = area.meters.filter(({ role, phase, settings }) => {
    if (role !== 'customer') return false;
    if (kind === 'wrongRatio') return settings.ratio > 1;
    return place !== 'threePhaseMeter' || phase === 'abc';
  });
  const meter = meters[Math.floor(u * meters.length)];
  return meter && { area: area.id, device: meter.id, connection: meter.connection };
}

function planned(scenario: Scenario, entry: FaultEntry, state: number, place: Place): PlannedFault {
  const { stepMs } = scenario;
  const startMs = durationMs(entry.after) + durationMs(entry.spread) * uniform(state, 1);
  const fromStep = Math.floor(startMs / stepMs);
  const steps =
    entry.for === undefined ? Number.POSITIVE_INFINITY : Math.max(1, Math.round(durationMs(entry.for) / stepMs));
  return {
    kind: entry.kind,
    ...place,
    fromStep,
    toStep: entry.kind === 'transientZero' ? fromStep + 1 : fromStep + steps,
    size: entry.size ?? FAULT_FACTS[entry.kind].size,
    form: entry.form,
    phase: Math.floor(uniform(state, 2) * 3),
  };
}
