import type { LiveState } from '../live/live-state.ts';
import type { Binding } from './bindings.ts';
import { qualityOfMetric, textOf } from './metric-value.ts';
import type { WireMetric } from './payload-walker.ts';

/** Texts are shown and not stored; longer ones are cut. */
const MAX_TEXT = 1000;

/** The newest text of a metric: its number is NaN, its quality and time are as for any value. */
export function setText(state: LiveState, binding: Binding, metric: WireMetric, timeMs: number): void {
  if (timeMs < state.timeMs(binding.slot)) return;
  const text = textOf(metric);
  if (text === undefined) state.texts.delete(binding.slot);
  else state.texts.set(binding.slot, text.slice(0, MAX_TEXT));
  state.set(binding.slot, Number.NaN, qualityOfMetric(metric), timeMs);
}
