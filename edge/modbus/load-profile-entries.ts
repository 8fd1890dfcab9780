import type { LoadProfile, ProfileQuantity } from '../profiles/load-profile.ts';
import { wholeDivisor } from './decode.ts';

const ALL_ONES = 0xffff;

/** What a channel of a meter's load profile holds. */
export interface ProfileChannel {
  readonly number: number;
  readonly quantity: ProfileQuantity;
  readonly intervalMs: number;
  readonly isSigned: boolean;
  /** Entry times this is in the catalogue's unit. */
  readonly factor: number;
}

export interface ProfileEntry {
  /** End of the interval by the meter's clock, as UTC ms. */
  readonly timeMs: number;
  /** In the catalogue's unit; undefined when the meter says that it has none, or doubts it. */
  readonly value: number | undefined;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Six bytes: year since 2000, month, day, hour, minute, second of the meter's time. Undefined for anything that is no date,
 * all ones among it.
 */
export function readDateTime(bytes: Uint8Array, register: number, utcOffsetMs: number): number | undefined {
  const at = 2 * register;
  const [year = 255, month = 255, day = 255, hour = 255, minute = 255, second = 255] = bytes.subarray(at, at + 6);
  if (hour > 23 || minute > 59 || second > 59 || month < 1 || month > 12) return undefined;
  const localMs = Date.UTC(2000 + year, month - 1, day, hour, minute, second);
  if (new Date(localMs).getUTCDate() !== day) return undefined;
  return localMs - utcOffsetMs;
}

/** The three registers that `readDateTime` reads. */
export function dateTimeRegisters(timeMs: number, utcOffsetMs: number): number[] {
  const local = new Date(timeMs + utcOffsetMs);
  return [
    ((local.getUTCFullYear() - 2000) << 8) | (local.getUTCMonth() + 1),
    (local.getUTCDate() << 8) | local.getUTCHours(),
    (local.getUTCMinutes() << 8) | local.getUTCSeconds(),
  ];
}

/** The chosen channel by its information registers; undefined when it holds nothing that the model speaks of. */
export function readChannel(profile: LoadProfile, bytes: Uint8Array, number: number): ProfileChannel | undefined {
  const { information, dataTypes, quantities } = profile;
  const view = viewOf(bytes);
  const obis = Buffer.from(bytes.subarray(2 * information.quantity, 2 * information.quantity + 6)).toString('hex');
  const quantity = quantities.find((one) => one.obis === obis);
  const dataType = view.getUint16(2 * information.dataType);
  const intervalMs = view.getUint32(2 * information.interval) * 60_000;
  const isSigned = dataType === dataTypes.signed64;
  if (!quantity || intervalMs === 0 || !(isSigned || dataType === dataTypes.unsigned64)) return undefined;
  const scaler = view.getInt16(2 * information.scaler);
  return { number, quantity, intervalMs, isSigned, factor: 10 ** scaler * quantity.factor };
}

/** The entries of a block up to the first that is none, and whether there was one that is none. */
export function readEntries(
  profile: LoadProfile,
  channel: ProfileChannel,
  bytes: Uint8Array,
  utcOffsetMs: number,
): { readonly entries: readonly ProfileEntry[]; readonly isLast: boolean } {
  const { entries: block, status } = profile;
  const view = viewOf(bytes);
  const entries: ProfileEntry[] = [];
  for (let index = 0; index < block.entries; index++) {
    const first = index * block.registers;
    if (view.getUint16(2 * (first + block.time)) === ALL_ONES) return { entries, isLast: true };
    const timeMs = readDateTime(bytes, first + block.time, utcOffsetMs);
    if (timeMs === undefined) continue;
    const flags = view.getUint16(2 * (first + block.status));
    const isGood =
      hasBit(flags, status.available) && !(status.doubtful !== undefined && hasBit(flags, status.doubtful));
    entries.push({ timeMs, value: isGood ? valueAt(view, first + block.value, channel) : undefined });
  }
  return { entries, isLast: false };
}

function hasBit(flags: number, bit: number): boolean {
  return (flags & (1 << bit)) !== 0;
}

function valueAt(view: DataView, register: number, { isSigned, factor }: ProfileChannel): number {
  const number = Number(isSigned ? view.getBigInt64(2 * register) : view.getBigUint64(2 * register));
  const divisor = wholeDivisor(factor);
  return divisor > 0 ? number / divisor : number * factor;
}
