import { type CommanderError, InvalidArgumentError } from 'commander';
import { EXIT } from '../edge/platform/process.ts';
import { durationMs, type HostPort, parseListen } from '../edge/platform/units.ts';

const DURATION = /^\d+(\.\d+)?(ms|s|m|h|d)$/;
const ADDRESS = /^(\[[0-9a-fA-F:]+\]|[^:[\]]*):\d{1,5}$/;

/** Ends the process when a command line is not understood, as every other mistake that a person must mend does. */
export function exitOnMisuse({ exitCode }: CommanderError): never {
  process.exit(exitCode === 0 ? EXIT.ok : EXIT.badConfig);
}

/** A flag that takes a whole number from `min` to `max`. */
export function wholeFlag(min: number, max: number) {
  return (text: string): number => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(`a whole number from ${min} to ${max} is wanted`);
  };
}

/** A flag that takes a number above 0, up to `max`. */
export function positiveFlag(max: number) {
  return (text: string): number => {
    const value = Number(text);
    if (value > 0 && value <= max) return value;
    throw new InvalidArgumentError(`a number above 0, up to ${max}, is wanted`);
  };
}

/** A flag that takes a duration, ms. */
export function durationFlag(text: string): number {
  if (!DURATION.test(text)) throw new InvalidArgumentError('a duration such as 500ms, 15m or 1h is wanted');
  return durationMs(text);
}

/** A flag that takes an address and a port. */
export function listenFlag(text: string): HostPort {
  const listen = parseListen(text);
  if (!ADDRESS.test(text) || listen.port > 65_535) {
    throw new InvalidArgumentError('an address and a port such as 127.0.0.1:15100 are wanted');
  }
  return listen;
}

/** A flag that takes a local day. */
export function dayFlag(text: string): string {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.startsWith(text);
  if (!isDay) throw new InvalidArgumentError('a day such as 2026-01-01 is wanted');
  return text;
}

/** A flag that takes a moment, UTC ms. */
export function momentFlag(text: string): number {
  const ms = /^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw new InvalidArgumentError('a time such as 2026-03-01T08:00:00Z is wanted');
  return ms;
}
