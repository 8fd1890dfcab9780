import { Value } from 'typebox/value';
import { Duration, durationMs } from '../platform/units.ts';
import { invalid } from './where.ts';

/** A whole number within bounds; decimal, or hexadecimal as in 0x5b00. */
export function wholeNumber(what: string, from: number, to: number): (text: string) => number {
  return (text) => {
    const value = /^(0x[0-9a-fA-F]+|[0-9]+)$/.test(text) ? Number(text) : Number.NaN;
    if (value >= from && value <= to) return value;
    throw invalid(`${what} must be a whole number from ${from} to ${to}, not "${text}"`);
  };
}

const HIGHEST_UNIT = 255;

/** Units as in `1`, `1-247` or `1,5,10-20`, in order, each once. */
export function unitList(text: string): number[] {
  const units = text.split(',').flatMap((part) => {
    const match = /^\s*([0-9]{1,3})(?:\s*-\s*([0-9]{1,3}))?\s*$/.exec(part);
    const from = Number(match?.[1]);
    const to = Number(match?.[2] ?? match?.[1]);
    if (!(from <= to && to <= HIGHEST_UNIT))
      throw invalid(`units must be such as 1, 1-247 or 1,5,10-20, each from 0 to ${HIGHEST_UNIT}, not "${text}"`);
    return Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
  return [...new Set(units)].sort((a, b) => a - b);
}

const DurationSchema = Duration();

/** A duration as in the configuration: 300ms, 2s. */
export function duration(text: string): string {
  if (Value.Check(DurationSchema, text)) return text;
  throw invalid(`a duration must be such as 300ms or 2s, not "${text}"`);
}

/** A wait for an answer: one of nothing gets none. */
export function timeout(text: string): string {
  if (durationMs(duration(text)) > 0) return text;
  throw invalid(`--timeout must be longer than nothing, such as 500ms, not "${text}"`);
}

/** Milliseconds of a duration that was given as an argument. */
export function milliseconds(text: string): number {
  return durationMs(duration(text));
}

/** Flags that may be given several times. */
export function collected(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}
