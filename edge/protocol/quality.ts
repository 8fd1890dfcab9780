/**
 * The source's word about a value: good, or why it is not. VEE's word about a reading (`validation`) is another enum
 * and lives elsewhere. A value that is not good has no number: missing is never zero.
 */
export const QUALITIES = [
  'good',
  /** The device did not answer in time. */
  'silent',
  /** The device answered with a Modbus exception. */
  'exception',
  /** The register holds the model's not-available value. */
  'not_available',
  /** The value is outside what is physical for its quantity, or not a finite number. */
  'out_of_range',
  /** The frame was damaged. */
  'malformed',
  /** The connection to the gateway or line is down. */
  'disconnected',
  /** The edge could not read in time (bus overrun, the process was stopped). */
  'missed',
  /** The clock was not trustworthy at this reading. */
  'clock',
  /** The metric's type changed or its value could not be read as a number. */
  'type_changed',
  /** A foreign publisher said bad, without a reason of ours. */
  'bad',
] as const;

export type Quality = (typeof QUALITIES)[number];

/** Position in `QUALITIES`: what columns of readings hold. 0 is good. New qualities are added at the end only. */
export type QualityCode = number;

export const GOOD: QualityCode = 0;

const CODES: ReadonlyMap<string, QualityCode> = new Map(QUALITIES.map((quality, code) => [quality, code]));

export function qualityCode(quality: Quality): QualityCode {
  return CODES.get(quality) ?? unknownQuality();
}

/** The code of a reason read from the wire; `bad` when the reason is none of ours. */
export function qualityCodeOfReason(reason: string): QualityCode {
  return CODES.get(reason) ?? unknownQuality();
}

export function qualityOf(code: QualityCode): Quality {
  return QUALITIES[code] ?? 'bad';
}

function unknownQuality(): QualityCode {
  return QUALITIES.indexOf('bad');
}

/** Values of Sparkplug's `Quality` property (specification 3.0.0, section 6.4.18: 0 bad, 192 good, 500 stale). */
export const SPARKPLUG_QUALITY = { bad: 0, good: 192, stale: 500 } as const;

/** Property keys on a metric that is not good: the standard one and our reason beside it. */
export const QUALITY_PROPERTY = 'Quality';
export const REASON_PROPERTY = 'Reason';
