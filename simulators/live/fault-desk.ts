import type { GridClock } from '../../edge/platform/clock.ts';
import { GridwardenError } from '../../edge/platform/errors.ts';
import { durationMs } from '../../edge/platform/units.ts';
import type { FaultRequest } from '../config.ts';
import { type DeviceFaultKind, FAULT_FACTS, isDeviceFault, type PlannedFault } from '../scenario/fault-kinds.ts';
import { type Label, labelsOf, toldLabel } from '../scenario/labels.ts';
import { placeNamed } from '../scenario/plan-faults.ts';
import type { Scenario } from '../scenario/scenario.ts';
import type { LiveArea } from './live-area.ts';

/** A fault that a running fleet was told, with its times, UTC ms; Infinity: until it is ended. */
export interface ToldFault {
  readonly fault: PlannedFault;
  readonly fromMs: number;
  readonly toMs: number;
}

export interface FaultDeskSettings {
  readonly scenario: Scenario;
  readonly lives: readonly LiveArea[];
  readonly planned: readonly PlannedFault[];
  /** What was told in earlier runs; the areas were built with it. */
  readonly told: readonly ToldFault[];
  readonly gridClock: GridClock;
}

/** Faults told that are remembered; more are refused, because each is a label that must not be lost. */
const MAX_TOLD = 10_000;
/** What stands in the grid's tables, at a meter's first day or in several areas cannot begin in a running fleet. */
const NOT_TOLD: ReadonlySet<string> = new Set(['wrongRatio', 'rollover', 'notEntered', 'feederOutage']);
/** What happens in one step. */
const MOMENTARY: ReadonlySet<string> = new Set(['transientZero', 'registerJump']);

/**
 * The faults of a running scenario: those that it plans, and those that it is told. A device's answers change at once; what a
 * meter measures and what happens to an area change at the next step of the scenario, from which the label tells them.
 */
export class FaultDesk {
  readonly #settings: FaultDeskSettings;
  readonly #lives: ReadonlyMap<string, LiveArea>;
  readonly #told: ToldFault[];
  /** Those of the answers of a device that this run was told, by device. */
  readonly #answers = new Map<string, ToldFault[]>();

  constructor(settings: FaultDeskSettings) {
    this.#settings = settings;
    this.#told = [...settings.told];
    this.#lives = new Map(settings.lives.flatMap((live) => namesIn(live).map((name) => [name, live] as const)));
  }

  /** How a device misbehaves at a moment by what this run was told. */
  answering(device: string, timeMs: number): DeviceFaultKind | undefined {
    const kind = this.#answers.get(device)?.findLast(({ fromMs, toMs }) => fromMs <= timeMs && timeMs < toMs)
      ?.fault.kind;
    return kind !== undefined && isDeviceFault(kind) ? kind : undefined;
  }

  /** @throws GridwardenError REQUEST_INVALID, NOT_FOUND */
  tell(request: FaultRequest, fromMs = this.#settings.gridClock.nowMs()): Label {
    const live = this.#lives.get(request.device);
    const place = live && placeNamed(live.area.blueprint, request.device);
    if (!live || !place) throw new GridwardenError('NOT_FOUND', `"${request.device}" is no device of this fleet`);
    refuseUnfit(request, live);
    if (this.#told.length >= MAX_TOLD) {
      throw new GridwardenError('REQUEST_INVALID', `this fleet was told ${MAX_TOLD} faults, which is the most`);
    }
    const told = isDeviceFault(request.kind)
      ? this.#answersFrom(request, live, place, fromMs)
      : this.#stepsFrom(request, live, place, fromMs);
    this.#told.push(told);
    return this.#labelOf(told);
  }

  /** Ends what was told of a device and is in force or to come. Returns how many faults that were. */
  end(device: string): number {
    const nowMs = this.#settings.gridClock.nowMs();
    const live = this.#lives.get(device);
    const id = live && placeNamed(live.area.blueprint, device)?.device;
    const open = this.#told.filter(({ fault, toMs }) => fault.device === id && toMs > nowMs);
    for (const told of open) if (live) this.#endOne(told, live, nowMs);
    return open.length;
  }

  /** Every label: of planned faults that have begun, and of all that were told. */
  labels(): Label[] {
    const { scenario, planned, lives, gridClock } = this.#settings;
    const rolledOver = new Map(
      lives.flatMap(({ area }) =>
        area.meters.flatMap(({ planned: { id }, rolledOverAt }): [string, number][] =>
          rolledOverAt === undefined ? [] : [[id, rolledOverAt]],
        ),
      ),
    );
    const steps = (lives[0]?.stepOf(gridClock.nowMs()) ?? 0) + 1;
    return [...labelsOf(scenario, planned, steps, rolledOver), ...this.#told.map((told) => this.#labelOf(told))];
  }

  get told(): readonly ToldFault[] {
    return this.#told;
  }

  #labelOf({ fault, fromMs, toMs }: ToldFault): Label {
    return toldLabel(fault, fromMs, toMs);
  }

  #answersFrom(request: FaultRequest, live: LiveArea, place: Place, fromMs: number): ToldFault {
    const toMs = request.for === undefined ? Number.POSITIVE_INFINITY : fromMs + durationMs(request.for);
    const fault = faultOf(request, place, this.#stepAfter(live, fromMs), this.#stepAfter(live, toMs));
    const told = { fault, fromMs, toMs };
    const known = this.#answers.get(place.device) ?? [];
    this.#answers.set(place.device, [...known, told]);
    return told;
  }

  /** The first step whose end is at a moment or after it: the first reading of a history that the moment concerns. */
  #stepAfter(live: LiveArea, timeMs: number): number {
    return Number.isFinite(timeMs) ? live.stepOf(timeMs) : timeMs;
  }

  #stepsFrom(request: FaultRequest, live: LiveArea, place: Place, fromMs: number): ToldFault {
    const { originMs, stepMs } = this.#settings.scenario;
    const fromStep = Math.max(live.stepOf(fromMs), live.area.step) + 1;
    const lasting = request.for === undefined ? Number.POSITIVE_INFINITY : durationMs(request.for) / stepMs;
    const steps = MOMENTARY.has(request.kind) ? 1 : Math.max(1, Math.round(lasting));
    const fault = faultOf(request, place, fromStep, fromStep + steps);
    targetOf(live, place).addFault(fault);
    return { fault, fromMs: originMs + fromStep * stepMs, toMs: originMs + (fromStep + steps) * stepMs };
  }

  #endOne(told: ToldFault, live: LiveArea, nowMs: number): void {
    const { originMs, stepMs } = this.#settings.scenario;
    const isAnswer = isDeviceFault(told.fault.kind);
    // A step that was computed stays as it is.
    const toStep = isAnswer ? live.stepOf(nowMs) : Math.max(live.stepOf(nowMs), live.area.step) + 1;
    const fault = { ...told.fault, toStep: Math.max(told.fault.fromStep, toStep) };
    const ended = { fault, fromMs: told.fromMs, toMs: isAnswer ? nowMs : originMs + fault.toStep * stepMs };
    // What never began is no truth.
    const hasBegun = isAnswer || fault.toStep > fault.fromStep;
    this.#told.splice(this.#told.indexOf(told), 1, ...(hasBegun ? [ended] : []));
    const answers = this.#answers.get(fault.device) ?? [];
    const isOfThisRun = answers.includes(told);
    if (isOfThisRun)
      this.#answers.set(
        fault.device,
        answers.map((one) => (one === told ? ended : one)),
      );
    else targetOf(live, fault).replaceFault(told.fault, fault);
  }
}

type Place = Pick<PlannedFault, 'area' | 'device' | 'connection'>;

/** Names that a fault may be told for: meters, transformer and area. */
function namesIn({ area: { blueprint } }: LiveArea): string[] {
  return [...blueprint.meters.map(({ id }) => id), blueprint.transformer, blueprint.id];
}

function targetOf({ area }: LiveArea, { device }: Place) {
  return area.meters.find(({ planned }) => planned.id === device) ?? area;
}

function refuseUnfit({ device, kind }: FaultRequest, { area: { blueprint } }: LiveArea): void {
  const meter = blueprint.meters.find(({ id }) => id === device);
  const { place, meaning } = FAULT_FACTS[kind];
  const reason = NOT_TOLD.has(kind)
    ? 'it can only be planned in a scenario'
    : place === 'area' && meter
      ? `it is a fault of an area; tell it for ${blueprint.transformer}`
      : (place === 'meter' || place === 'threePhaseMeter') && !meter
        ? 'it is a fault of a meter'
        : place === 'threePhaseMeter' && meter?.phase !== 'abc'
          ? 'the meter has one phase only'
          : undefined;
  if (reason === undefined) return;
  throw new GridwardenError('REQUEST_INVALID', `${device} cannot have ${kind} (${meaning}): ${reason}`);
}

function faultOf(request: FaultRequest, place: Place, fromStep: number, toStep: number): PlannedFault {
  const { kind, size, form, phase } = request;
  return {
    kind,
    ...place,
    fromStep,
    toStep,
    size: size ?? FAULT_FACTS[kind].size,
    form: form ?? 'step',
    phase: ['a', 'b', 'c'].indexOf(phase ?? 'a'),
  };
}
