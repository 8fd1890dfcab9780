import type { GridClock } from '../platform/clock.ts';
import type { Hole } from '../profiles/model.ts';
import type { BusDevice } from './device.ts';
import type { HoleOwner, LearnedHole, LearnedHoles } from './learned-holes.ts';
import type { ClassMask, PlanCache, ReadPlan } from './read-plan.ts';

/** A learned hole is tried again after this long: a device may have refused for a while only, or got new firmware. */
const TRY_AGAIN_MS = 86_400_000;

/** The plans of the devices of one bus, with what each of them has refused. */
export class DevicePlans {
  readonly #bus: string;
  readonly #cache: PlanCache;
  readonly #holes: LearnedHoles;
  readonly #gridClock: GridClock;
  readonly #own = new Map<BusDevice, Map<ClassMask, ReadPlan>>();

  constructor(bus: string, cache: PlanCache, holes: LearnedHoles, gridClock: GridClock) {
    this.#bus = bus;
    this.#cache = cache;
    this.#holes = holes;
    this.#gridClock = gridClock;
  }

  /** Takes over what was learned before the restart. */
  recall(device: BusDevice): void {
    device.learned = this.#holes.of(this.#ownerOf(device));
  }

  planFor(device: BusDevice, classes: ClassMask): ReadPlan {
    if (device.learned.length === 0) return this.#cache.planFor(device.model, classes, []);
    this.#forgetOld(device);
    const plans = this.#own.get(device) ?? new Map<ClassMask, ReadPlan>();
    this.#own.set(device, plans);
    const plan = plans.get(classes) ?? this.#cache.planFor(device.model, classes, device.learned);
    plans.set(classes, plan);
    return plan;
  }

  learn(device: BusDevice, holes: readonly Hole[]): void {
    const learnedAtMs = this.#gridClock.nowMs();
    this.#set(device, [...device.learned, ...holes.map((hole) => ({ ...hole, learnedAtMs }))]);
  }

  #forgetOld(device: BusDevice): void {
    const oldestMs = this.#gridClock.nowMs() - TRY_AGAIN_MS;
    const kept = device.learned.filter((hole) => hole.learnedAtMs > oldestMs);
    if (kept.length < device.learned.length) this.#set(device, kept);
  }

  #set(device: BusDevice, learned: readonly LearnedHole[]): void {
    device.learned = learned;
    this.#own.delete(device);
    this.#holes.replace(this.#ownerOf(device), learned);
  }

  #ownerOf(device: BusDevice): HoleOwner {
    return { bus: this.#bus, unit: device.unit, model: device.model.name };
  }
}
