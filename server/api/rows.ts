import { dataTypeName } from '../../edge/protocol/datatypes.ts';
import { QUALITIES } from '../../edge/protocol/quality.ts';
import { quantityOf } from '../../edge/protocol/quantities.ts';
import type { DeviceState, LiveState, Slot } from '../live/live-state.ts';
import type { Metric } from './devices.schema.ts';

/** The metrics of a device with their latest values, in the order of birth. */
export function metricsOf(state: LiveState, device: DeviceState): Metric[] {
  return device.slots.flatMap((index) => {
    const slot = state.slots[index];
    return slot ? [metricOf(state, slot)] : [];
  });
}

function metricOf(state: LiveState, { index, metric, unit, dataType }: Slot): Metric {
  const timeMs = state.timeMs(index);
  return {
    metric,
    slot: index,
    unit,
    kind: quantityOf(metric)?.kind ?? null,
    dataType: dataTypeName(dataType) ?? 'Unknown',
    value: latestValue(state, index),
    quality: QUALITIES[state.quality(index)] ?? null,
    stale: state.isStale(index),
    timeMs: timeMs === 0 ? null : timeMs,
  };
}

/** The latest number or text of a slot; null where it is missing. */
export function latestValue(state: LiveState, slot: number): number | string | null {
  const value = state.value(slot);
  return Number.isFinite(value) ? value : (state.texts.get(slot) ?? null);
}
