import type { LoadProfile, ProfileQuantity } from '../../edge/profiles/load-profile.ts';
import type { MetricName } from '../../edge/protocol/quantities.ts';
import { EXCEPTION } from './frame.ts';
import type { UnitAnswer } from './gateway.ts';

/** Entries that the simulated meter keeps of a channel: 31 days of a quarter of an hour. */
const KEPT = 2976;
const INTERVAL_MS = 900_000;
/** Resolution of an entry, a hundredth of a thousand of its unit: value × 10^1 is in Wh. */
const SCALER = 1;

export interface LoadProfileSettings {
  readonly profile: LoadProfile;
  /** What the meter's clock is ahead of UTC. */
  readonly utcOffsetMs: number;
  readonly nowMs: () => number;
  /** A counter of the past, in the catalogue's unit; undefined for what the device does not count. */
  readonly registerAt: (metric: MetricName, timeMs: number) => number | undefined;
}

/**
 * The load profile of one simulated meter, with a channel for each quantity of the model: what was chosen by writing is
 * shown in the window of entries. Each entry is the counter at the end of its interval, whoever was there to read it.
 */
export class LoadProfileImage {
  readonly #settings: LoadProfileSettings;
  /** The registers that can be read and, of `select`, written. */
  readonly #words = new Map<number, number>();
  readonly #writable: ReadonlySet<number>;
  /** End of the interval of the first entry that is shown. */
  #shownMs = Number.NaN;

  constructor(settings: LoadProfileSettings) {
    this.#settings = settings;
    const { select } = settings.profile;
    const time = [select.time, select.time + 1, select.time + 2];
    this.#writable = new Set([select.next, select.channel, ...time, select.direction]);
    for (const address of this.#writable) this.#words.set(address, 0xffff);
    this.#words.set(select.channel, 1);
  }

  /** The answer to a read that lies in one of its windows; undefined when it does not. */
  read(functionCode: number, address: number, count: number): UnitAnswer | undefined {
    const { profile } = this.#settings;
    if (functionCode !== profile.functionCode) return undefined;
    const { clock, information, entries, select } = profile;
    const window = [
      { from: clock, count: 3, bytes: () => this.#dateTime(this.#settings.nowMs()) },
      { from: information.address, count: information.count, bytes: () => this.#information() },
      { from: entries.address, count: entries.entries * entries.registers, bytes: () => this.#entries() },
      { from: select.channel, count: 5, bytes: () => this.#selection() },
    ].find(({ from, count: size }) => address >= from && address + count <= from + size);
    if (!window) return undefined;
    const at = 2 * (address - window.from);
    return { registers: window.bytes().subarray(at, at + 2 * count) };
  }

  /** Takes what chooses the entries; undefined when it was taken, else the exception. */
  write(address: number, values: Buffer): number | undefined {
    const count = values.length / 2;
    for (let i = 0; i < count; i++) if (!this.#writable.has(address + i)) return EXCEPTION.illegalAddress;
    const { select, entries } = this.#settings.profile;
    for (let i = 0; i < count; i++) this.#words.set(address + i, values.readUInt16BE(2 * i));
    if (address === select.next) {
      this.#shownMs += entries.entries * this.#stepMs();
    } else this.#shownMs = this.#firstShownMs();
    return undefined;
  }

  #stepMs(): number {
    const { select } = this.#settings.profile;
    return this.#words.get(select.direction) === select.forward ? INTERVAL_MS : -INTERVAL_MS;
  }

  /** The first entry from the chosen time on, in the chosen direction. */
  #firstShownMs(): number {
    const { select } = this.#settings.profile;
    const [a, b, c] = [0, 1, 2].map((i) => this.#words.get(select.time + i) ?? 0xffff);
    const { utcOffsetMs } = this.#settings;
    const localMs = Date.UTC(
      2000 + ((a ?? 0) >> 8),
      ((a ?? 0) & 0xff) - 1,
      (b ?? 0) >> 8,
      (b ?? 0) & 0xff,
      (c ?? 0) >> 8,
      (c ?? 0) & 0xff,
    );
    const round = this.#stepMs() > 0 ? Math.ceil : Math.floor;
    const chosenMs = round(localMs / INTERVAL_MS) * INTERVAL_MS - utcOffsetMs;
    return this.#stepMs() > 0 ? Math.max(chosenMs, this.#oldestMs()) : Math.min(chosenMs, this.#newestMs());
  }

  #newestMs(): number {
    const { nowMs, utcOffsetMs } = this.#settings;
    return Math.floor((nowMs() + utcOffsetMs) / INTERVAL_MS) * INTERVAL_MS - utcOffsetMs;
  }

  #oldestMs(): number {
    return this.#newestMs() - (KEPT - 1) * INTERVAL_MS;
  }

  #quantity(): ProfileQuantity | undefined {
    const { select, quantities } = this.#settings.profile;
    return quantities[(this.#words.get(select.channel) ?? 0) - 1];
  }

  #information(): Buffer {
    const { information, dataTypes } = this.#settings.profile;
    const bytes = Buffer.alloc(2 * information.count, 0xff);
    const quantity = this.#quantity();
    if (!quantity) return bytes;
    bytes.write(quantity.obis, 2 * information.quantity, 'hex');
    bytes.writeInt16BE(SCALER, 2 * information.scaler);
    bytes.writeUInt32BE(INTERVAL_MS / 60_000, 2 * information.interval);
    bytes.writeUInt16BE(dataTypes.unsigned64, 2 * information.dataType);
    return bytes;
  }

  #entries(): Buffer {
    const { entries, status } = this.#settings.profile;
    const bytes = Buffer.alloc(2 * entries.entries * entries.registers, 0xff);
    const quantity = this.#quantity();
    for (let index = 0; quantity && index < entries.entries; index++) {
      const endMs = this.#shownMs + index * this.#stepMs();
      if (!(endMs >= this.#oldestMs() && endMs <= this.#newestMs())) break;
      const value = this.#settings.registerAt(quantity.metric, endMs);
      if (value === undefined) break;
      const at = 2 * index * entries.registers;
      this.#dateTime(endMs).copy(bytes, at + 2 * entries.time);
      bytes.writeUInt16BE(1 << status.available, at + 2 * entries.status);
      const number = Math.round(value / (quantity.factor * 10 ** SCALER));
      bytes.writeBigUInt64BE(BigInt(number), at + 2 * entries.value);
    }
    return bytes;
  }

  #dateTime(timeMs: number): Buffer {
    const local = new Date(timeMs + this.#settings.utcOffsetMs);
    return Buffer.from([
      local.getUTCFullYear() - 2000,
      local.getUTCMonth() + 1,
      local.getUTCDate(),
      local.getUTCHours(),
      local.getUTCMinutes(),
      local.getUTCSeconds(),
    ]);
  }

  #selection(): Buffer {
    const { select } = this.#settings.profile;
    const bytes = Buffer.alloc(10, 0xff);
    for (let i = 0; i < 5; i++) bytes.writeUInt16BE(this.#words.get(select.channel + i) ?? 0xffff, 2 * i);
    return bytes;
  }
}
