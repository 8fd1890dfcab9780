import type { Series } from '../telemetry-store.ts';
import { fieldName, lineKey, qualityField, tagValue } from './names.ts';

/** Buckets by position: the first, and the one for what is kept longer. */
export type BucketIndex = 0 | 1;

/** Names of each series as they stand in lines, made once. */
export class SeriesNames {
  readonly #hasLongBucket: boolean;
  /** By number of series: position of its field, the same for all series with this metric. */
  readonly field: number[] = [];
  readonly bucket: BucketIndex[] = [];
  /** Number of the device, the same for all its series. */
  readonly device: number[] = [];
  /** By position of the field: its key with the equals sign, for values and for reasons. */
  readonly valueKey: Uint8Array[] = [];
  readonly reasonKey: Uint8Array[] = [];
  /** By number of the device: measurement and tags up to the origin. */
  readonly linePrefix: string[] = [];
  readonly #fields = new Map<string, number>();
  readonly #devices = new Map<string, number>();

  constructor(hasLongBucket: boolean) {
    this.#hasLongBucket = hasLongBucket;
  }

  /** Learns the series up to `count`; cheap when there is nothing new. */
  learn(count: number, at: (number: number) => Series | undefined): void {
    for (let number = this.field.length; number < count; number++) {
      const series = at(number);
      if (!series) throw new RangeError(`there is no series ${number}`);
      this.#add(number, series);
    }
  }

  #add(number: number, series: Series): void {
    this.field[number] = this.#fieldOf(series);
    this.bucket[number] = this.#hasLongBucket && series.pollClass === 'registers' ? 1 : 0;
    this.device[number] = this.#deviceOf(series);
  }

  #fieldOf({ metric }: Series): number {
    const known = this.#fields.get(metric);
    if (known !== undefined) return known;
    const field = fieldName(metric);
    const index = this.valueKey.push(Buffer.from(`${lineKey(field)}=`)) - 1;
    this.reasonKey.push(Buffer.from(`${lineKey(qualityField(field))}=`));
    this.#fields.set(metric, index);
    return index;
  }

  #deviceOf({ kind, device }: Series): number {
    const key = `${kind} ${device}`;
    const known = this.#devices.get(key);
    if (known !== undefined) return known;
    const index = this.linePrefix.push(`${kind},device=${lineKey(tagValue(device))},origin=`) - 1;
    this.#devices.set(key, index);
    return index;
  }
}
