import type { GridClock } from '../platform/clock.ts';
import type { Findings } from './bisect.ts';
import type { BusDevice } from './device.ts';
import {
  type LearnedLimits,
  type LimitOwner,
  type LimitStore,
  NOTHING_LEARNED,
  taughtNothing,
  withoutOld,
} from './learned-limits.ts';
import type { ClassMask, PlanCache, ReadPlan } from './read-plan.ts';

/** The plans of the devices of one bus, with what each of them has refused. */
export class DevicePlans {
  readonly #bus: string;
  readonly #cache: PlanCache;
  readonly #limits: LimitStore;
  readonly #gridClock: GridClock;
  readonly #own = new Map<BusDevice, Map<ClassMask, ReadPlan>>();

  constructor(bus: string, cache: PlanCache, limits: LimitStore, gridClock: GridClock) {
    this.#bus = bus;
    this.#cache = cache;
    this.#limits = limits;
    this.#gridClock = gridClock;
  }

  /** Takes over what was learned before the restart. */
  recall(device: BusDevice): void {
    device.learned = this.#limits.of(this.#ownerOf(device));
  }

  planFor(device: BusDevice, classes: ClassMask): ReadPlan {
    if (taughtNothing(device.learned)) return this.#cache.planFor(device.model, classes, NOTHING_LEARNED);
    this.#forgetOld(device);
    const plans = this.#own.get(device) ?? new Map<ClassMask, ReadPlan>();
    this.#own.set(device, plans);
    const plan = plans.get(classes) ?? this.#cache.planFor(device.model, classes, device.learned);
    plans.set(classes, plan);
    return plan;
  }

  /** The device has refused something. */
  learn(device: BusDevice, { holes, longestRead }: Findings): void {
    const learnedAtMs = this.#gridClock.nowMs();
    const { learned } = device;
    const longest = longestRead === undefined ? learned.longestRead : { registers: longestRead, learnedAtMs };
    this.#set(device, {
      holes: [...learned.holes, ...holes.map((hole) => ({ ...hole, learnedAtMs }))],
      ...(longest === undefined ? {} : { longestRead: longest }),
    });
  }

  #forgetOld(device: BusDevice): void {
    const kept = withoutOld(device.learned, this.#gridClock.nowMs());
    if (kept !== device.learned) this.#set(device, kept);
  }

  #set(device: BusDevice, learned: LearnedLimits): void {
    device.learned = learned;
    this.#own.delete(device);
    this.#limits.replace(this.#ownerOf(device), learned);
  }

  #ownerOf(device: BusDevice): LimitOwner {
    return { bus: this.#bus, unit: device.unit, model: device.model.name };
  }
}
