import type { Tombstone, TombstoneReason } from '../protocol/delivery.ts';
import type { Range } from '../protocol/ranges.ts';

/** More devices than this are not listed: an empty list stands for any device of the node. */
export const MAX_TOMBSTONE_DEVICES = 1000;

/** What is known of records that are given up together. */
export interface GivenUp {
  readonly epoch: string;
  readonly ranges: readonly Range[];
  readonly reason: TombstoneReason;
  readonly devices: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
}

/** One tombstone for each unbroken range. */
export function tombstonesOf(givenUp: GivenUp): Tombstone[] {
  const { epoch, reason, fromMs, toMs } = givenUp;
  const devices = givenUp.devices.length > MAX_TOMBSTONE_DEVICES ? [] : [...givenUp.devices].sort();
  return givenUp.ranges.map(([from, to]) => ({
    epoch,
    range: [from, to],
    reason,
    devices,
    fromMs,
    toMs,
    records: to - from + 1,
  }));
}

/**
 * Two tombstones as one when they are neighbours of one reason, so that days of a full outbox are told in a few lines;
 * undefined otherwise.
 */
export function joinTombstones(first: Tombstone, second: Tombstone): Tombstone | undefined {
  if (first.epoch !== second.epoch || first.reason !== second.reason) return undefined;
  if (first.range[1] + 1 !== second.range[0]) return undefined;
  return {
    ...first,
    range: [first.range[0], second.range[1]],
    devices: joinDevices(first.devices, second.devices),
    fromMs: Math.min(first.fromMs, second.fromMs),
    toMs: Math.max(first.toMs, second.toMs),
    records: first.records + second.records,
  };
}

function joinDevices(first: readonly string[], second: readonly string[]): string[] {
  if (first.length === 0 || second.length === 0) return [];
  const all = new Set([...first, ...second]);
  return all.size > MAX_TOMBSTONE_DEVICES ? [] : [...all].sort();
}
