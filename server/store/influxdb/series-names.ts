import type { Series } from '../telemetry-store.ts';
import { fieldName, lineKey, qualityField, tagValue } from './names.ts';

/** Buckets by position: the first, and the one for what is kept longer. */
export type BucketIndex = 0 | 1;

/** Text of each series as it stands in lines and queries, made once. */
export class SeriesNames {
  readonly #hasLongBucket: boolean;
  /** By number of series. */
  readonly fieldKey: string[] = [];
  readonly qualityKey: string[] = [];
  readonly bucket: BucketIndex[] = [];
  /** Number of the device, the same for all its series. */
  readonly device: number[] = [];
  /** By number of the device: measurement and tags up to the origin. */
  readonly linePrefix: string[] = [];
  readonly #devices = new Map<string, number>();

  constructor(hasLongBucket: boolean) {
    this.#hasLongBucket = hasLongBucket;
  }

  /** Learns the series up to `count`; cheap when there is nothing new. */
  learn(count: number, at: (number: number) => Series | undefined): void {
    for (let number = this.fieldKey.length; number < count; number++) {
      const series = at(number);
      if (!series) throw new RangeError(`there is no series ${number}`);
      this.#add(number, series);
    }
  }

  #add(number: number, { device, metric, kind, pollClass }: Series): void {
    const field = fieldName(metric);
    this.fieldKey[number] = lineKey(field);
    this.qualityKey[number] = lineKey(qualityField(field));
    this.bucket[number] = this.#hasLongBucket && pollClass === 'registers' ? 1 : 0;
    let index = this.#devices.get(`${kind} ${device}`);
    if (index === undefined) {
      index = this.linePrefix.push(`${kind},device=${lineKey(tagValue(device))},origin=`) - 1;
      this.#devices.set(`${kind} ${device}`, index);
    }
    this.device[number] = index;
  }
}
