import type { LoadProfile } from '../profiles/load-profile.ts';
import type { FunctionCode } from '../profiles/schema.ts';
import type { MetricName } from '../protocol/quantities.ts';
import {
  dateTimeRegisters,
  type ProfileChannel,
  readChannel,
  readDateTime,
  readEntries,
} from './load-profile-entries.ts';
import { intervalsIn, type ProfileGap, partsOf } from './load-profile-gaps.ts';

/** One request on the way to a load profile's entries. What is written chooses what is shown, and nothing else. */
export type ProfileStep =
  | { readonly functionCode: FunctionCode; readonly address: number; readonly count: number }
  | { readonly address: number; readonly values: readonly number[] };

/** The entries of one end of an interval: a value a metric, NaN where the profile has none. */
export type ProfileValues = (timeMs: number, values: Float64Array) => void;

export interface FillOrder {
  readonly profile: LoadProfile;
  readonly gap: ProfileGap;
  /** What the meter's clock is ahead of UTC. */
  readonly utcOffsetMs: number;
  readonly nowMs: () => number;
  /** What to fill, in the order of the values handed over. */
  readonly metrics: readonly MetricName[];
  readonly onValues: ProfileValues;
  /** Everything up to `toMs` has been handed over. */
  readonly onPart: (toMs: number) => void;
}

export type FillOutcome =
  | { readonly kind: 'done'; readonly filled: number; readonly absent: number }
  /** The meter's clock differs from the edge's by more than an interval, or cannot be read: its entries cannot be placed. */
  | { readonly kind: 'clock'; readonly aheadMs: number | undefined }
  /** No channel holds any of the metrics. */
  | { readonly kind: 'no_channel' }
  /** Somebody else chose another channel meanwhile: what was read may be of another quantity. */
  | { readonly kind: 'disturbed' };

/** Intervals that are read of one channel before the next one's turn; bounds what is held in memory. */
const PART_INTERVALS = 96;

type Steps<T> = Generator<ProfileStep, T, Uint8Array>;

/** Fills a gap from the device's load profile, oldest first: yields requests, takes their answers. */
export function* fillGap(order: FillOrder): Steps<FillOutcome> {
  const { profile, gap, utcOffsetMs, nowMs, onPart } = order;
  const clock = yield { functionCode: profile.functionCode, address: profile.clock, count: 3 };
  const meterMs = readDateTime(clock, 0, utcOffsetMs);
  const aheadMs = meterMs === undefined ? undefined : meterMs - nowMs();
  const channels = yield* findChannels(order);
  if (channels.length === 0) return { kind: 'no_channel' };
  const intervalMs = Math.min(...channels.map((channel) => channel.intervalMs));
  if (aheadMs === undefined || Math.abs(aheadMs) > intervalMs) return { kind: 'clock', aheadMs };
  let filled = 0;
  for (const part of partsOf(gap, intervalMs, PART_INTERVALS)) {
    const found = new Map<number, Float64Array>();
    for (const channel of channels) {
      const isSame = yield* readPart(order, channel, part, found);
      if (!isSame) return { kind: 'disturbed' };
    }
    handOver(order, found);
    filled += found.size;
    onPart(part.toMs);
  }
  return { kind: 'done', filled, absent: Math.max(0, intervalsIn(gap, intervalMs, utcOffsetMs) - filled) };
}

/** The channels that hold what is to be filled, at most one a metric. */
function* findChannels({ profile, metrics }: FillOrder): Steps<ProfileChannel[]> {
  const channels: ProfileChannel[] = [];
  for (let number = 1; number <= profile.channels && channels.length < metrics.length; number++) {
    yield { address: profile.select.channel, values: [number] };
    const channel = readChannel(profile, yield informationOf(profile), number);
    if (!channel || !metrics.includes(channel.quantity.metric)) continue;
    if (!channels.some(({ quantity }) => quantity.metric === channel.quantity.metric)) channels.push(channel);
  }
  return channels;
}

function informationOf({ functionCode, information }: LoadProfile): ProfileStep {
  return { functionCode, address: information.address, count: information.count };
}

/** Reads one channel's entries of a part into `found`; false when another channel was chosen by somebody meanwhile. */
function* readPart(
  order: FillOrder,
  channel: ProfileChannel,
  part: ProfileGap,
  found: Map<number, Float64Array>,
): Steps<boolean> {
  const { profile, utcOffsetMs, metrics } = order;
  const { select, entries: block } = profile;
  const place = metrics.indexOf(channel.quantity.metric);
  yield { address: select.channel, values: [channel.number] };
  yield { address: select.time, values: dateTimeRegisters(part.fromMs, utcOffsetMs) };
  yield { address: select.direction, values: [select.forward] };
  const blocks = Math.ceil(PART_INTERVALS / block.entries) + 1;
  for (let read = 0; read < blocks; read++) {
    if (read > 0) yield { address: select.next, values: [1] };
    const bytes = yield {
      functionCode: profile.functionCode,
      address: block.address,
      count: block.entries * block.registers,
    };
    const { entries, isLast } = readEntries(profile, channel, bytes, utcOffsetMs);
    let newestMs = Number.NEGATIVE_INFINITY;
    for (const { timeMs, value } of entries) {
      newestMs = Math.max(newestMs, timeMs);
      if (value === undefined || timeMs <= part.fromMs || timeMs > part.toMs) continue;
      valuesAt(found, timeMs, metrics.length)[place] = value;
    }
    if (isLast || newestMs >= part.toMs || entries.length === 0) break;
  }
  const chosen = readChannel(profile, yield informationOf(profile), channel.number);
  return chosen?.quantity.obis === channel.quantity.obis && chosen.factor === channel.factor;
}

function valuesAt(found: Map<number, Float64Array>, timeMs: number, size: number): Float64Array {
  const known = found.get(timeMs);
  if (known) return known;
  const values = new Float64Array(size).fill(Number.NaN);
  found.set(timeMs, values);
  return values;
}

function handOver({ onValues }: FillOrder, found: ReadonlyMap<number, Float64Array>): void {
  for (const timeMs of [...found.keys()].sort((a, b) => a - b)) {
    const values = found.get(timeMs);
    if (values) onValues(timeMs, values);
  }
}
