import { quantityOf } from '../../edge/protocol/quantities.ts';
import { SlotFlags } from '../live/change-feed.ts';
import type { ChangeListener, LiveState, Slot } from '../live/live-state.ts';
import type { AlarmKey } from './alarm-log.ts';
import type { AlarmRegister, Condition } from './alarm-register.ts';
import { LimitCondition } from './limit-condition.ts';
import { settingsFor } from './rules.ts';
import type { LimitRule } from './rules-schema.ts';
import { fillText } from './texts.ts';

/** A rule at work on one slot. */
interface Watch {
  readonly rule: LimitRule;
  readonly key: AlarmKey;
  readonly condition: LimitCondition;
}

const NO_WATCHES: readonly Watch[] = [];

/**
 * Limit rules on the live state. Sees every value when it is set, not the newest once in a while: a value that came
 * and went between two looks counts. A slot without rules costs one look into an array.
 */
export class LimitWatch implements ChangeListener {
  readonly #state: LiveState;
  readonly #register: AlarmRegister;
  readonly #rules = new Map<string, LimitRule[]>();
  /** By slot; undefined until its first change. */
  readonly #watches: (readonly Watch[] | undefined)[] = [];
  /** Slots without rules: by far the most, and all that is looked at for them. */
  readonly #unwatched = new SlotFlags();

  constructor(state: LiveState, register: AlarmRegister, rules: readonly LimitRule[]) {
    this.#state = state;
    this.#register = register;
    for (const rule of rules) {
      for (const metric of rule.metrics) this.#rules.set(metric, [...(this.#rules.get(metric) ?? []), rule]);
    }
  }

  /** Whether an alarm belongs to a rule for this metric, whatever the device. */
  knows({ rule, metric }: AlarmKey): boolean {
    return this.#rules.get(metric ?? '')?.some(({ id }) => id === rule) ?? false;
  }

  mark(slot: number): void {
    if (this.#unwatched.has(slot)) return;
    const watches = this.#watches[slot] ?? this.#begin(slot);
    if (watches.length === 0) return;
    const state = this.#state;
    const value = state.value(slot);
    const isUsable = state.isFresh(slot) && Number.isFinite(value) && !this.#register.isFull;
    const timeMs = state.timeMs(slot);
    for (const watch of watches) {
      if (isUsable) this.#sample(watch, value, timeMs);
      else watch.condition.freeze();
    }
  }

  /** Another model or kind stands behind the device: other limits may hold. */
  changed(device: string): void {
    for (const slot of this.#state.devices.get(device)?.slots ?? []) {
      this.#watches[slot] = undefined;
      this.#unwatched.set(slot, false);
    }
  }

  #sample(watch: Watch, value: number, timeMs: number): void {
    const before = watch.condition.level;
    if (!watch.condition.sample(value, timeMs)) return;
    const { level } = watch.condition;
    if (level === 0) this.#register.clear(watch.key, timeMs);
    else if (before === 0) this.#register.trip(watch.key, conditionOf(watch, value), timeMs);
    else this.#register.rate(watch.key, conditionOf(watch, value), level > before, timeMs);
  }

  #begin(index: number): readonly Watch[] {
    const slot = this.#state.slots[index];
    const device = slot && this.#state.devices.get(slot.device);
    const rules = this.#rules.get(slot?.metric ?? '');
    // A device that is not there yet is asked for again with its next value.
    if (rules && !device) return NO_WATCHES;
    const watches = rules && device ? rules.flatMap((rule) => this.#watch(rule, slot, device)) : NO_WATCHES;
    if (watches.length === 0) this.#unwatched.set(index, true);
    else this.#watches[index] = watches;
    return watches;
  }

  #watch(rule: LimitRule, slot: Slot, device: Parameters<typeof settingsFor>[1]): Watch[] {
    const key = { rule: rule.id, subject: slot.device, metric: slot.metric };
    const settings = settingsFor(rule, device);
    const active = this.#register.active(key);
    if (!settings) {
      if (active)
        this.#register.clear(key, this.#state.timeMs(slot.index), 'the rule does not hold for the device any more');
      return [];
    }
    const level = active ? settings.levels.findIndex(({ severity }) => severity === active.severity) + 1 || 1 : 0;
    return [{ rule, key, condition: new LimitCondition(settings, level) }];
  }
}

function conditionOf({ rule, key, condition }: Watch, value: number): Condition {
  const { limit, severity } = condition.settings.levels[condition.level - 1] ?? {
    limit: null,
    severity: rule.severity,
  };
  const metric = key.metric ?? '';
  const unit = unitOf(metric);
  const text = fillText(rule.text, { subject: key.subject, metric, value, limit: limit ?? '', unit });
  return { severity, text, value, limit, unit };
}

function unitOf(metric: string): string {
  return quantityOf(metric)?.unit ?? '';
}
