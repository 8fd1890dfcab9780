import { ORIGINS } from '../store/telemetry-store.ts';
import { type Binding, ROLE } from './bindings.ts';
import { type IngestContext, MAX_AHEAD_MS } from './context.ts';
import { setText } from './live-text.ts';
import { ValueReader } from './metric-value.ts';
import type { WireMetric } from './payload-walker.ts';
import type { PointBuffer } from './point-buffer.ts';
import type { ProblemKind } from './problems.ts';
import type { DeviceSession } from './sessions.ts';

const LIVE = ORIGINS.indexOf('live');
const CONFLICT = ORIGINS.indexOf('conflict');

/**
 * Values of devices whose node does not number its records: stored as they come, without a promise. Each has its own
 * time. A value later than five minutes from now, or another value at the time of the newest one, is kept as a conflict.
 */
export class ForeignValues {
  readonly #context: IngestContext;
  readonly #reader = new ValueReader();
  #device: DeviceSession | undefined;
  #payloadMs = Number.NaN;
  #nowMs = 0;
  #buffer: PointBuffer | undefined;
  #added = 0;

  constructor(context: IngestContext) {
    this.#context = context;
  }

  /** @param payloadMs time of values that carry none */
  begin(device: DeviceSession, payloadMs: number): void {
    this.#device = device;
    this.#nowMs = this.#context.gridClock.nowMs();
    this.#payloadMs = Number.isNaN(payloadMs) ? this.#nowMs : payloadMs;
    this.#added = 0;
  }

  add(binding: Binding, metric: WireMetric): void {
    const device = this.#device;
    if (!device) return;
    const timeMs = Number.isNaN(metric.timeMs) ? this.#payloadMs : metric.timeMs;
    const isAhead = timeMs > this.#nowMs + MAX_AHEAD_MS;
    if (binding.role === ROLE.text) {
      if (!isAhead && !metric.isHistorical) setText(this.#context.state, binding, metric, timeMs);
      return;
    }
    this.#reader.readNumber(metric, binding.dataType);
    if (this.#reader.notFinite) this.#note('not_finite', `${binding.name} is not a finite number`);
    if (this.#reader.otherType) this.#note('type_changed', `${binding.name} is not of the data type of its birth`);
    const origin = this.#originOf(binding, timeMs, isAhead, metric.isHistorical);
    if (origin === undefined) return;
    if (origin === CONFLICT) this.#context.metrics.conflicts.inc();
    else if (!metric.isHistorical) this.#show(binding, timeMs);
    this.#store(device, binding, timeMs, origin, metric.isHistorical);
  }

  end(): void {
    if (this.#added > 0) {
      this.#context.metrics.values.inc(this.#added);
      this.#context.wake();
    }
    this.#device = undefined;
    this.#buffer = undefined;
  }

  /** Undefined for a repetition of the newest value. */
  #originOf(binding: Binding, timeMs: number, isAhead: boolean, isHistorical: boolean): number | undefined {
    const { state } = this.#context;
    if (isAhead) {
      this.#note('future_time', `${binding.name} at ${isoOf(timeMs)}`);
      return CONFLICT;
    }
    if (isHistorical || timeMs !== state.timeMs(binding.slot)) return LIVE;
    if (!Object.is(this.#reader.value, state.value(binding.slot))) {
      this.#note('clock_back', `${binding.name} has two values at ${isoOf(timeMs)}`);
      return CONFLICT;
    }
    state.setStale(binding.slot, false);
    return undefined;
  }

  #show(binding: Binding, timeMs: number): void {
    const { state } = this.#context;
    const device = this.#device;
    if (!device || timeMs <= state.timeMs(binding.slot)) return;
    state.set(binding.slot, this.#reader.value, this.#reader.quality, timeMs);
    if (timeMs > (device.state.lastReadingMs ?? 0)) device.state.lastReadingMs = timeMs;
  }

  #store(device: DeviceSession, binding: Binding, timeMs: number, origin: number, isHistorical: boolean): void {
    this.#added += 1;
    this.#buffer = this.#context.waiting.bufferFor(1);
    const buffer = this.#buffer;
    if (!buffer) {
      this.#context.metrics.notTaken.inc();
      this.#note('overflow', 'too many values wait for the store; this one is lost');
      return;
    }
    const apart = origin === CONFLICT ? 1 + (Math.abs(Math.floor(this.#payloadMs)) % 999) : 0;
    buffer.beginRecord();
    buffer.push(binding.series, this.#reader.value, this.#reader.quality);
    buffer.endRecord(timeMs * 1000 + apart, origin, -1, 0);
    if (origin === CONFLICT) return;
    buffer.noteTime(timeMs);
    if (isHistorical) buffer.noteBackfill(device.id, timeMs);
  }

  #note(kind: ProblemKind, reason: string): void {
    this.#context.problems.note(kind, this.#device?.topic ?? '', reason);
  }
}

/** A time for people; times that no calendar has are shown as numbers. */
export function isoOf(timeMs: number): string {
  return Math.abs(timeMs) <= 8.64e15 ? new Date(timeMs).toISOString() : `${timeMs} ms`;
}
