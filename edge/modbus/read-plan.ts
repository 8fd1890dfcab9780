import { registersOf } from '../profiles/describe.ts';
import type { DeviceModel } from '../profiles/model.ts';
import type { FunctionCode } from '../profiles/schema.ts';
import type { PollClass } from '../protocol/quantities.ts';
import { type Decoder, decoderOf } from './decode.ts';
import { type LearnedLimits, taughtNothing } from './learned-limits.ts';
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

/** Plans of one model, made once for each set of poll classes and shared by every device that has taught nothing. */
export class PlanCache {
  readonly #cost: PlanCost;
  readonly #plans = new Map<DeviceModel, Map<ClassMask, ReadPlan>>();

  constructor(cost: PlanCost = TYPICAL_COST) {
    this.#cost = cost;
  }

  planFor(model: DeviceModel, classes: ClassMask, learned: LearnedLimits): ReadPlan {
    if (!taughtNothing(learned)) return planReads(model, classes, learned, this.#cost);
    const byClass = this.#plans.get(model) ?? new Map<ClassMask, ReadPlan>();
    this.#plans.set(model, byClass);
    const plan = byClass.get(classes) ?? planReads(model, classes, learned, this.#cost);
    byClass.set(classes, plan);
    return plan;
  }
}

/** Plans shared by all buses on which a request costs the same. */
export class PlanCaches {
  readonly #byCost = new Map<number, PlanCache>();

  at(cost: PlanCost): PlanCache {
    const cache = this.#byCost.get(cost.requestBytes) ?? new PlanCache(cost);
    this.#byCost.set(cost.requestBytes, cache);
    return cache;
  }
}

/** The plan of a visit that reads `classes`, within the model's limits and the learned ones. */
export function planReads(model: DeviceModel, classes: ClassMask, learned: LearnedLimits, cost: PlanCost): ReadPlan {
  const targets = targetsOf(model, classes);
  const { limits } = model;
  const holes = learned.holes.length === 0 ? limits.holes : [...limits.holes, ...learned.holes];
  const longest = learned.longestRead?.registers ?? limits.maxRegistersPerRead;
  const maxRegistersPerRead = Math.min(limits.maxRegistersPerRead, longest);
  const blocks = planBlocks(targets, { ...limits, maxRegistersPerRead, holes }, cost);
  return { blocks, refused: unreadable(targets, holes) };
}

const targetsByModel = new WeakMap<DeviceModel, Map<ClassMask, readonly ReadTarget[]>>();

/** What is to be read of a model; the same objects for all its devices. */
function targetsOf(model: DeviceModel, classes: ClassMask): readonly ReadTarget[] {
  const byClass = targetsByModel.get(model) ?? new Map<ClassMask, readonly ReadTarget[]>();
  targetsByModel.set(model, byClass);
  const targets = byClass.get(classes) ?? [
    ...(classes & CLASSES.fast ? targetsOfClass(model, 'fast') : []),
    ...(classes & CLASSES.registers ? targetsOfClass(model, 'registers') : []),
  ];
  byClass.set(classes, targets);
  return targets;
}

function targetsOfClass(model: DeviceModel, pollClass: PollClass): ReadTarget[] {
  return registersOf(model, pollClass).map((register, index) => ({
    functionCode: register.functionCode,
    address: register.address,
    count: register.count,
    pollClass,
    index,
    decoder: decoderOf(register),
  }));
}
