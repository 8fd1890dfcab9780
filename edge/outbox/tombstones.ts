import type { Tombstone, TombstoneReason } from '../protocol/delivery.ts';
import { LossTally } from '../protocol/loss-tally.ts';
import type { Losses } from '../protocol/losses.ts';
import type { Range } from '../protocol/ranges.ts';

/** More devices than this are not listed: an empty list stands for any device of the node. */
export const MAX_TOMBSTONE_DEVICES = 1000;

/** What is known of an unbroken range of records that are given up together. */
export interface GivenUp {
  readonly epoch: string;
  readonly range: Range;
  readonly reason: TombstoneReason;
  readonly devices: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
  /** Undefined when none of the records could be read. */
  readonly losses: Losses | undefined;
}

export function tombstoneOf({ range, devices, losses, ...rest }: GivenUp): Tombstone {
  return {
    ...rest,
    range: [range[0], range[1]],
    devices: devices.length > MAX_TOMBSTONE_DEVICES ? [] : [...devices].sort(),
    records: range[1] - range[0] + 1,
    ...(losses && { losses }),
  };
}

/**
 * Two tombstones as one when they are neighbours of one reason, so that days of a full outbox are told in a few lines;
 * undefined otherwise.
 */
export function joinTombstones(first: Tombstone, second: Tombstone): Tombstone | undefined {
  if (first.epoch !== second.epoch || first.reason !== second.reason) return undefined;
  if (first.range[1] + 1 !== second.range[0]) return undefined;
  const { losses: _, ...own } = first;
  const losses = joinLosses(first.losses, second.losses);
  return {
    ...own,
    range: [first.range[0], second.range[1]],
    devices: joinDevices(first.devices, second.devices),
    fromMs: Math.min(first.fromMs, second.fromMs),
    toMs: Math.max(first.toMs, second.toMs),
    records: first.records + second.records,
    ...(losses && { losses }),
  };
}

function joinDevices(first: readonly string[], second: readonly string[]): string[] {
  if (first.length === 0 || second.length === 0) return [];
  const all = new Set([...first, ...second]);
  return all.size > MAX_TOMBSTONE_DEVICES ? [] : [...all].sort();
}

/** What the first says stays as it is, and what does not fit goes to the others: the host has perhaps heard it already. */
function joinLosses(first: Losses | undefined, second: Losses | undefined): Losses | undefined {
  const tally = new LossTally(first);
  if (second) tally.addAll(second);
  return tally.finish();
}
