import { isMetricName, type PollClass, pollClassOf, QUANTITIES } from '../../../edge/protocol/quantities.ts';
import type { GivenDevice } from './given-answers.ts';

/** What is not stored of one poll class of one answer. */
export interface AbsentRecord {
  readonly device: string;
  readonly counter: number;
  readonly pollClass: PollClass;
  readonly givenMs: number;
  /** Metrics whose values are absent. */
  readonly metrics: readonly string[];
  /** False when other values of the same record are stored: then it was taken and settled in part. */
  readonly isWhole: boolean;
}

/** What tells a record from every other: the answer that it was read in, and its poll class. */
export function recordKey(device: string, counter: number, pollClass: PollClass): string {
  return `${device} ${counter} ${pollClass}`;
}

/** Every record of which something is absent, in order of time. */
export function absentRecords(
  given: ReadonlyMap<string, GivenDevice>,
  seen: ReadonlyMap<string, Uint8Array>,
): AbsentRecord[] {
  const absent: AbsentRecord[] = [];
  for (const device of given.values()) absent.push(...absentOf(device, seen.get(device.device)));
  return absent.sort((a, b) => a.givenMs - b.givenMs);
}

function absentOf({ device, metrics, answers }: GivenDevice, seen: Uint8Array | undefined): AbsentRecord[] {
  const classes = metrics.map(classOf);
  const absent: AbsentRecord[] = [];
  for (const { counter, timeMs, values } of answers) {
    for (const pollClass of ['fast', 'registers'] as const) {
      const missing: string[] = [];
      let covered = 0;
      for (const [index, metric] of metrics.entries()) {
        if (classes[index] !== pollClass || values[index] === undefined) continue;
        covered += 1;
        if (seen?.[(counter - 1) * metrics.length + index] === 0) missing.push(metric);
      }
      if (missing.length === 0) continue;
      const isWhole = missing.length === covered;
      absent.push({ device, counter, pollClass, givenMs: timeMs, metrics: missing, isWhole });
    }
  }
  return absent;
}

export function classOf(metric: string): PollClass {
  return isMetricName(metric) ? pollClassOf(QUANTITIES[metric].kind) : 'fast';
}
