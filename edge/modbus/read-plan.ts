import { registersOf } from '../profiles/describe.ts';
import type { DeviceModel, Hole } from '../profiles/model.ts';
import type { FunctionCode } from '../profiles/schema.ts';
import type { PollClass } from '../protocol/quantities.ts';
import { type Decoder, decoderOf } from './decode.ts';
import { type Block, type PlanCost, type PlannedRegister, planBlocks, TYPICAL_COST, unreadable } from './plan.ts';

/** A register of a device and where its value goes: position `index` of the layout of its poll class. */
export interface ReadTarget extends PlannedRegister {
  readonly functionCode: FunctionCode;
  readonly address: number;
  readonly count: number;
  readonly pollClass: PollClass;
  readonly index: number;
  readonly decoder: Decoder;
}

/** All requests of one visit to a device. */
export interface ReadPlan {
  readonly blocks: readonly Block<ReadTarget>[];
  /** Registers that the device has refused before; their values are missing. */
  readonly refused: readonly ReadTarget[];
}

/** Which poll classes a visit reads. */
export const CLASSES = { fast: 1, registers: 2, both: 3 } as const;
export type ClassMask = 1 | 2 | 3;

/** Plans of one model, made once for each set of poll classes and shared by every device without learned holes. */
export class PlanCache {
  readonly #cost: PlanCost;
  readonly #plans = new Map<DeviceModel, Map<ClassMask, ReadPlan>>();

  constructor(cost: PlanCost = TYPICAL_COST) {
    this.#cost = cost;
  }

  planFor(model: DeviceModel, classes: ClassMask, learned: readonly Hole[]): ReadPlan {
    if (learned.length > 0) return planReads(model, classes, learned, this.#cost);
    const byClass = this.#plans.get(model) ?? new Map<ClassMask, ReadPlan>();
    this.#plans.set(model, byClass);
    const plan = byClass.get(classes) ?? planReads(model, classes, learned, this.#cost);
    byClass.set(classes, plan);
    return plan;
  }
}

/** The plan of a visit that reads `classes`, around the model's holes and the learned ones. */
export function planReads(model: DeviceModel, classes: ClassMask, learned: readonly Hole[], cost: PlanCost): ReadPlan {
  const targets = [
    ...(classes & CLASSES.fast ? targetsOf(model, 'fast') : []),
    ...(classes & CLASSES.registers ? targetsOf(model, 'registers') : []),
  ];
  const holes = [...model.limits.holes, ...learned];
  return { blocks: planBlocks(targets, { ...model.limits, holes }, cost), refused: unreadable(targets, holes) };
}

function targetsOf(model: DeviceModel, pollClass: PollClass): ReadTarget[] {
  return registersOf(model, pollClass).map((register, index) => ({
    functionCode: register.functionCode,
    address: register.address,
    count: register.count,
    pollClass,
    index,
    decoder: decoderOf(register),
  }));
}
