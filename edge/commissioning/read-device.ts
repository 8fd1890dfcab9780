import { classesEver } from '../modbus/bus.ts';
import type { BusDevice } from '../modbus/device.ts';
import { IdentityReader } from '../modbus/identity-reader.ts';
import { NOTHING_LEARNED } from '../modbus/learned-limits.ts';
import { TYPICAL_COST } from '../modbus/plan.ts';
import { planReads } from '../modbus/read-plan.ts';
import type { ReadFailure } from '../modbus/transport/transport.ts';
import { type ClassValues, Visit, type VisitResult } from '../modbus/visit.ts';
import { registersOf } from '../profiles/describe.ts';
import type { Hole } from '../profiles/model.ts';
import { GOOD, type QualityCode, qualityCode } from '../protocol/quality.ts';
import type { PollClass } from '../protocol/quantities.ts';
import type { ProbeLine } from './probe-line.ts';
import { type ReadValue, valueOfWords } from './read-value.ts';

const DISCONNECTED = qualityCode('disconnected');

/** One device, read once as the edge reads it. */
export interface DeviceReading {
  readonly device: BusDevice;
  /** Whether any register came back. */
  readonly answered: boolean;
  /** Good, or why the read was broken off. */
  readonly quality: QualityCode;
  /** The failure behind it, or the last refusal. */
  readonly failure?: ReadFailure;
  readonly tookMs: number;
  readonly requests: number;
  readonly serial?: string;
  readonly values: readonly ReadValue[];
  /** Addresses that the device refused. */
  readonly refused: readonly Hole[];
}

/** Reads every register of a device once, with plan, pacing and decoding of the edge, and its serial number. */
export async function readDevice(probe: ProbeLine, device: BusDevice): Promise<DeviceReading> {
  probe.transport.forget();
  const failure = await probe.open();
  if (failure) return unreachable(device, failure);
  const startMs = probe.clock.nowMs();
  const result = await visit(probe, device);
  const tookMs = probe.clock.nowMs() - startMs;
  const visitFailure = probe.transport.lastFailure;
  const values = valuesOf(probe, device, result);
  const answered = values.some(({ words }) => words !== undefined);
  if (answered && result.brokenOff === GOOD) await readIdentity(probe, device);
  const { brokenOff: quality, requests, learned } = result;
  const refused = learned?.holes ?? [];
  return {
    device,
    answered,
    quality,
    tookMs,
    requests,
    values,
    refused,
    ...(visitFailure === undefined ? {} : { failure: visitFailure }),
    ...(device.serial === undefined ? {} : { serial: device.serial }),
  };
}

function unreachable(device: BusDevice, failure: ReadFailure): DeviceReading {
  return { device, answered: false, quality: DISCONNECTED, failure, tookMs: 0, requests: 0, values: [], refused: [] };
}

function visit(probe: ProbeLine, device: BusDevice): Promise<VisitResult> {
  const classes = classesEver(device);
  const plan = planReads(device.model, classes, NOTHING_LEARNED, TYPICAL_COST);
  return new Promise((resolve) => {
    const one = new Visit(probe.line, resolve);
    one.begin({ device, classes, plan, timeoutMs: device.timeoutMs, gapMs: gapMsOf(probe, device) });
  });
}

function readIdentity(probe: ProbeLine, device: BusDevice): Promise<void> {
  return new Promise((resolve) => {
    new IdentityReader(probe.line).read(device, gapMsOf(probe, device), device.timeoutMs, () => resolve());
  });
}

function gapMsOf(probe: ProbeLine, device: BusDevice): number {
  return Math.max(probe.gapMs, device.model.limits.minGapMs);
}

function valuesOf(probe: ProbeLine, device: BusDevice, result: VisitResult): ReadValue[] {
  return [
    ...classValues(probe, device, 'fast', result.fast),
    ...classValues(probe, device, 'registers', result.registers),
  ];
}

function classValues(
  probe: ProbeLine,
  device: BusDevice,
  pollClass: PollClass,
  read: ClassValues | undefined,
): ReadValue[] {
  if (read === undefined) return [];
  return registersOf(device.model, pollClass).map((register, i): ReadValue => {
    const words = probe.transport.wordsAt(device.unit, register);
    if (words === undefined) return { metric: register.metric, register, quality: read.quality[i] ?? GOOD };
    return valueOfWords(register, words);
  });
}
