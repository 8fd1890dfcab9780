import { DATA_TYPES } from '../../edge/protocol/datatypes.ts';
import { GOOD } from '../../edge/protocol/quality.ts';
import type { Board, Filter, MessageHead } from './board.ts';
import type { LiveState, Slot } from './live-state.ts';
import type { PointColumns } from './protocol.ts';

/** Quality of a slot that never had a value. */
const NEVER_SEEN = 255;

/** The newest value of every series; an item is a slot of the live state. */
export class PointsBoard implements Board {
  readonly topic = 'points';
  readonly isAcknowledged = true;
  readonly maxItemsPerMessage: number;
  readonly #state: LiveState;

  constructor(state: LiveState, maxItemsPerMessage: number) {
    this.#state = state;
    this.maxItemsPerMessage = maxItemsPerMessage;
  }

  matching(filter: Filter): number[] {
    const slots: number[] = [];
    const candidates = filter.devices ? this.#slotsOf(filter.devices) : this.#state.slots.keys();
    for (const slot of candidates) if (this.matches(filter, slot)) slots.push(slot);
    return slots;
  }

  matches(filter: Filter, item: number): boolean {
    const slot = this.#state.slots[item];
    if (slot === undefined) return false;
    return filter.devices?.has(slot.device) !== false && filter.metrics?.has(slot.metric) !== false;
  }

  subjectOf(item: number): string {
    return this.#state.slots[item]?.device ?? '';
  }

  head({ kind, id, frame, more }: MessageHead): string {
    const name = `"id":${JSON.stringify(id)},"frame":${frame},`;
    return kind === 'update' ? `{"type":"points",${name}` : `{"type":"snapshot",${name}"more":${more},`;
  }

  body(slots: readonly number[], announces: boolean): string {
    if (!announces) return `"points":${JSON.stringify(pointColumns(this.#state, slots))}}`;
    const seen = slots.filter((slot) => this.#state.quality(slot) !== NEVER_SEEN);
    const series = slots.flatMap((slot) => seriesInfo(this.#state.slots[slot]));
    return `"series":${JSON.stringify(series)},"points":${JSON.stringify(pointColumns(this.#state, seen))}}`;
  }

  *#slotsOf(devices: ReadonlySet<string>): Iterable<number> {
    for (const device of devices) yield* this.#state.devices.get(device)?.slots ?? [];
  }
}

function seriesInfo(slot: Slot | undefined) {
  return slot ? [{ slot: slot.index, device: slot.device, metric: slot.metric, unit: slot.unit }] : [];
}

/** The newest points of slots, as columns. */
export function pointColumns(state: LiveState, slots: readonly number[]): PointColumns {
  const baseMs = slots[0] === undefined ? 0 : state.timeMs(slots[0]);
  const columns = {
    slot: slots as number[],
    value: new Array<number | null>(slots.length),
    baseMs,
    offsetMs: new Array<number>(slots.length),
    quality: new Array<number>(slots.length),
    stale: new Array<number>(slots.length),
  };
  for (let row = 0; row < slots.length; row++) {
    const slot = slots[row] ?? 0;
    const quality = state.quality(slot);
    columns.value[row] = quality === GOOD ? shownValue(state.value(slot), state.slots[slot]?.dataType) : null;
    columns.offsetMs[row] = state.timeMs(slot) - baseMs;
    columns.quality[row] = quality;
    columns.stale[row] = state.isStale(slot) ? 1 : 0;
  }
  const texts = state.texts.size === 0 ? [] : textsOf(state, slots);
  return texts.length === 0 ? columns : { ...columns, texts };
}

function textsOf(state: LiveState, slots: readonly number[]): { slot: number; text: string }[] {
  return slots.flatMap((slot) => {
    const text = state.texts.get(slot);
    return text === undefined ? [] : [{ slot, text }];
  });
}

/**
 * The shortest decimal that stands for the same 32-bit float: 230.1 for what a double writes as 230.10000610351562.
 * Halves the bytes of a frame; other types are exact already.
 */
function shownValue(value: number, dataType: number | undefined): number | null {
  if (!Number.isFinite(value)) return null;
  if (dataType !== DATA_TYPES.Float) return value;
  for (let scale = 10; scale <= 1e6; scale *= 10) {
    const rounded = Math.round(value * scale) / scale;
    if (Math.fround(rounded) === value) return rounded;
  }
  return value;
}
