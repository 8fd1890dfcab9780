import type { BusConfig } from '../config.ts';
import { durationMs } from '../platform/units.ts';
import type { DeviceModel } from '../profiles/model.ts';
import type { MeasuredBus } from './learned-limits.ts';
import { type PlanCost, TYPICAL_COST } from './plan.ts';
import { formatOf, interFrameMs } from './transport/create.ts';
import { type CharacterFormat, characterMs } from './transport/line-timing.ts';

/** Bytes of a request's and an answer's frame on a serial line, registers apart (Modbus over serial line V1.02, section 2.3). */
const RTU_FRAME_BYTES = 13;
/** The same over TCP, with the header of either frame (Modbus messaging on TCP/IP V1.0b, section 3.1.3). */
const TCP_FRAME_BYTES = 21;
/** What a device on a line usually takes until it answers. */
const USUAL_LATENCY_MS = 20;
/** What is assumed of a request where the line is not known, as behind a gateway. */
const ASSUMED_REQUEST_MS = 10;

/** What a request costs on a bus. */
export interface LineCost {
  /** Bytes of a request and its answer without registers; each register is two more. */
  readonly frameBytes: number;
  /** Time of a byte on the line, ms; 0 where the line's speed is not known. */
  readonly byteMs: number;
  /** Until the device answers, ms; once measured, all that a request takes beside its bytes. */
  readonly latencyMs: number;
  /** Silence kept before each request, ms; 0 once measured, for then it is part of the latency. */
  readonly gapMs: number;
  readonly format: CharacterFormat | undefined;
  /** When the latency was measured, UTC ms; undefined while it is assumed. */
  readonly measuredAtMs?: number;
}

/** What a request costs on a bus: by its bytes, and by what was measured on it or else is assumed of it. */
export function lineCostOf(config: BusConfig, measured?: MeasuredBus): LineCost {
  const format = formatOf(config);
  const known = {
    format,
    frameBytes: config.transport === 'tcp' ? TCP_FRAME_BYTES : RTU_FRAME_BYTES,
    byteMs: format === undefined ? 0 : characterMs(format),
  };
  if (measured !== undefined)
    return { ...known, latencyMs: measured.overheadMs, gapMs: 0, measuredAtMs: measured.measuredAtMs };
  const silenceMs = config.transport === 'tcp' ? 0 : interFrameMs(config);
  return {
    ...known,
    latencyMs: format === undefined ? ASSUMED_REQUEST_MS : USUAL_LATENCY_MS,
    gapMs: Math.max(durationMs(config.turnaround), silenceMs),
  };
}

/** What a request to a device of a model takes beside its bytes, ms. */
export function overheadMs(cost: LineCost, model: DeviceModel): number {
  if (cost.measuredAtMs !== undefined) return cost.latencyMs;
  return cost.latencyMs + Math.max(cost.gapMs, model.limits.minGapMs);
}

/** Bytes of a request and its answer on the wire. */
export function requestBytes(cost: LineCost, registers: number): number {
  return cost.frameBytes + 2 * registers;
}

/** Time of the bytes of a request and its answer on the line, ms. */
export function wireMs(cost: LineCost, registers: number): number {
  return requestBytes(cost, registers) * cost.byteMs;
}

/** Plans are made so: on a line of known speed, a request costs its frames and the time until the answer, as bytes of that line. */
export function planCostOf(config: BusConfig): PlanCost {
  const format = formatOf(config);
  if (format === undefined) return TYPICAL_COST;
  return { requestBytes: RTU_FRAME_BYTES + Math.round(USUAL_LATENCY_MS / characterMs(format)) };
}
