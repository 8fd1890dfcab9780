import { DELIVERY, type DeviceKind } from './protocol/delivery.ts';
import type { QualityCode } from './protocol/quality.ts';
import type { MetricName, PollClass } from './protocol/quantities.ts';

/** What one poll class of a device yields, in this order, at every read. Shared by all records of it: made once. */
export interface RecordLayout {
  readonly device: string;
  readonly pollClass: PollClass;
  /** Of a layout for values out of the device's load profile, `Delivery/Origin` is the first. */
  readonly metrics: readonly (MetricName | typeof DELIVERY.origin)[];
}

/** Whether records of this layout hold what the device kept in its load profile, not what was read at their time. */
export function isFromProfile({ metrics }: { readonly metrics: readonly string[] }): boolean {
  return metrics[0] === DELIVERY.origin;
}

/** A device as the configuration and its model describe it. */
export interface DeviceDescription {
  readonly id: string;
  /** Model name, `maker/product`. */
  readonly model: string;
  readonly kind: DeviceKind;
  readonly layouts: readonly RecordLayout[];
  /** Where registers start again from zero, by metric, in the catalogue's unit; absent where the model does not say. */
  readonly rollovers?: ReadonlyMap<MetricName, number>;
}

/** One read of one poll class: the unit that is taken, numbered, stored and acknowledged. */
export interface DeviceRead {
  readonly layout: RecordLayout;
  /** When the values were read, UTC ms of the edge's grid clock. */
  readonly timeMs: number;
  readonly clockGeneration: number;
  /** One number a metric of the layout, already in the catalogue's unit; NaN wherever `quality` is not good. */
  readonly values: Float64Array;
  /** One quality code a metric of the layout. */
  readonly quality: Uint8Array;
}

/** Whether a device answers, and if not, why. */
export interface DeviceHealth {
  readonly device: string;
  readonly up: boolean;
  readonly quality: QualityCode;
  readonly sinceMs: number;
  /** Content of the identity register, once it was read. */
  readonly serial?: string;
}

/** Where the buses put what they read: the outbox and the Sparkplug node behind it. */
export interface ReadingSink {
  /** Takes over the read; its arrays are not touched again by the bus. Never throws, never blocks. */
  take(read: DeviceRead): void;
  /** Called when a device's health changes, and once for each device when its first read has ended. */
  health(health: DeviceHealth): void;
}
