import type { BusConfig } from '../config.ts';
import { GOOD, qualityOf } from '../protocol/quality.ts';
import { type MetricName, QUANTITIES } from '../protocol/quantities.ts';
import { silentAdvice, unreachableAdvice } from './advice.ts';
import { failureText, isGatewayException } from './exceptions.ts';
import type { DeviceReading } from './read-device.ts';
import type { ReadValue } from './read-value.ts';
import { suspicionsOf } from './suspicions/all.ts';
import { type SuspicionCode, short } from './suspicions/suspicion.ts';

/**
 * - `problem`: the device cannot be read as configured;
 * - `suspicion`: it can, and what it says does not fit together;
 * - `note`: worth knowing, nothing wrong by itself.
 */
export type Severity = 'problem' | 'suspicion' | 'note';

/** One thing to tell about a device: what, and what to do about it. */
export interface Finding {
  readonly severity: Severity;
  readonly code:
    | SuspicionCode
    | 'unreachable'
    | 'silent'
    | 'damaged'
    | 'refused'
    | 'cut_short'
    | 'out_of_range'
    | 'not_available';
  readonly text: string;
  readonly advice: string;
  readonly metrics?: readonly MetricName[];
  readonly numbers?: Readonly<Record<string, number>>;
}

export interface AssessOptions {
  readonly bus: BusConfig;
  /** A model that is being tried: what the device refuses is wrong with the model, not the device's own affair. */
  readonly trial: boolean;
}

/** What is wrong with a device, judging by one read of it. Empty when all is well. */
export function assess(reading: DeviceReading, options: AssessOptions): Finding[] {
  if (!reading.answered) return [noAnswer(reading, options.bus)];
  const suspicions = suspicionsOf(reading.values).map((suspicion) => ({
    severity: 'suspicion' as const,
    ...suspicion,
  }));
  const explained = new Set(suspicions.flatMap(({ metrics }) => metrics));
  return [
    ...cutShort(reading),
    ...suspicions,
    ...refused(reading, options),
    ...outOfRange(reading, explained, options),
    ...notAvailable(reading),
  ];
}

/** Whether nothing but notes was found. */
export function isWell(findings: readonly Finding[]): boolean {
  return findings.every(({ severity }) => severity === 'note');
}

function noAnswer(reading: DeviceReading, bus: BusConfig): Finding {
  const { failure, device } = reading;
  const text = failure === undefined ? 'no answer' : failureText(failure);
  const problem = (code: Finding['code'], advice: string): Finding => ({ severity: 'problem', code, text, advice });
  switch (failure?.code) {
    case 'MODBUS_CONNECTION':
      return problem('unreachable', unreachableAdvice(bus));
    case 'MODBUS_MALFORMED':
      return problem(
        'damaged',
        'Look at baud rate and parity; at two devices with the same unit; at termination, shield and length of the line.',
      );
    case 'MODBUS_EXCEPTION':
      if (!isGatewayException(failure.exception))
        return problem(
          'refused',
          `It is there and refuses what ${device.model.name} reads: likely another model; try "scan" or "read".`,
        );
      return problem('silent', `The gateway is fine. ${silentAdvice(device.unit)}`);
    default:
      return problem('silent', silentAdvice(device.unit));
  }
}

function cutShort({ quality, failure, tookMs, device }: DeviceReading): Finding[] {
  if (quality === GOOD) return [];
  return [
    {
      severity: 'problem',
      code: 'cut_short',
      text: `it stopped answering in the middle (${failure ? failureText(failure) : qualityOf(quality)}) after ${Math.round(tookMs)} ms`,
      advice: `Give it more time (timeout, now ${device.timeoutMs} ms) or a pause between requests (turnaround); look at the line.`,
    },
  ];
}

function refused({ values, refused }: DeviceReading, { trial }: AssessOptions): Finding[] {
  const metrics = metricsWith(values, 'exception');
  if (metrics.length === 0) return [];
  const where = refused
    .filter(({ from, to }) => from <= to)
    .map(({ functionCode, from, to }) => `${functionCode}:${from}-${to}`);
  return [
    {
      severity: trial ? 'suspicion' : 'note',
      code: 'refused',
      metrics,
      text: `it refuses ${named(metrics)}${where.length > 0 ? ` (registers ${where.slice(0, 4).join(', ')})` : ''}`,
      advice: trial
        ? 'Correct address or function code of these registers, or leave them out of the model.'
        : 'Another version of the device has fewer registers; the edge learns to leave them out.',
    },
  ];
}

function outOfRange(
  { values }: DeviceReading,
  explained: ReadonlySet<MetricName>,
  { trial }: AssessOptions,
): Finding[] {
  const beyond = values.filter((value) => qualityOf(value.quality) === 'out_of_range' && !explained.has(value.metric));
  if (beyond.length === 0) return [];
  const shown = beyond.slice(0, 3).map(({ metric, number, words }) => {
    const { unit } = QUANTITIES[metric];
    return number === undefined
      ? `${metric} is no number (${hex(words)})`
      : `${metric} ${short(number)} ${unit}`.trimEnd();
  });
  const more = beyond.length > shown.length ? ` and ${beyond.length - shown.length} more` : '';
  return [
    {
      severity: trial ? 'suspicion' : 'note',
      code: 'out_of_range',
      metrics: beyond.map(({ metric }) => metric),
      text: `beyond what is physical: ${shown.join(', ')}${more}`,
      advice: trial
        ? 'Look up type, scale and unit of these registers, and what the document gives as "not available" (`notAvailable:`).'
        : 'Often an input with nothing connected; their values are marked and not stored as numbers.',
    },
  ];
}

function notAvailable({ values }: DeviceReading): Finding[] {
  const metrics = metricsWith(values, 'not_available');
  if (metrics.length === 0) return [];
  return [
    {
      severity: 'note',
      code: 'not_available',
      metrics,
      text: `it has no value for ${named(metrics)}`,
      advice: 'The way it is wired or set does not give them; nothing to do unless they are needed.',
    },
  ];
}

function metricsWith(values: readonly ReadValue[], quality: string): MetricName[] {
  return values.filter((value) => qualityOf(value.quality) === quality).map(({ metric }) => metric);
}

const MOST_NAMED = 6;

function named(metrics: readonly MetricName[]): string {
  if (metrics.length <= MOST_NAMED) return metrics.join(', ');
  return `${metrics.slice(0, MOST_NAMED - 1).join(', ')} and ${metrics.length - MOST_NAMED + 1} more`;
}

function hex(words: readonly number[] = []): string {
  return words.map((word) => word.toString(16).padStart(4, '0')).join(' ');
}
