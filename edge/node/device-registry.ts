import type { DeviceRow } from '../outbox/outbox-tables.ts';
import type { StoredLayout } from '../outbox/record.ts';
import type { DeviceDescription } from '../reading.ts';
import type { AliasBook } from './alias-book.ts';
import { WireDevice } from './wire-device.ts';

/** What there is to say of a device that only records speak of. */
const UNKNOWN = { model: 'unknown', kind: 'device' } as const;

/** The devices of the node: the configured ones, and those that only waiting records have. */
export class DeviceRegistry {
  readonly aliases: AliasBook;
  readonly #devices = new Map<string, WireDevice>();
  readonly #formerRows: ReadonlyMap<string, DeviceRow>;

  constructor(aliases: AliasBook, configured: readonly DeviceDescription[], former: readonly DeviceRow[]) {
    this.aliases = aliases;
    this.#formerRows = new Map(former.map((row) => [row.id, row]));
    for (const { id, model, kind, layouts, rollovers } of configured) {
      const serial = this.#formerRows.get(id)?.serial;
      const device = new WireDevice({ id, model, kind, serial, rollovers, isConfigured: true });
      device.extend(
        layouts.flatMap((layout) => layout.metrics),
        aliases,
      );
      this.#devices.set(id, device);
    }
  }

  /** The configured devices. */
  get configured(): WireDevice[] {
    return [...this.#devices.values()].filter(({ isConfigured }) => isConfigured);
  }

  get all(): IterableIterator<WireDevice> {
    return this.#devices.values();
  }

  get(id: string): WireDevice | undefined {
    return this.#devices.get(id);
  }

  /** The device of a waiting record; one that left the configuration is made from what the outbox knows of it. */
  ofRecord(layout: StoredLayout): WireDevice {
    const known = this.#devices.get(layout.device);
    if (known) return known;
    const { model, kind, serial } = { serial: undefined, ...UNKNOWN, ...this.#formerRows.get(layout.device) };
    const device = new WireDevice({ id: layout.device, model, kind, serial, isConfigured: false });
    device.extend(layout.metrics, this.aliases);
    this.#devices.set(layout.device, device);
    return device;
  }

  /** Metrics that still wait are born even if the model no longer has them. */
  expect(layouts: Iterable<StoredLayout>): void {
    for (const layout of layouts) this.#devices.get(layout.device)?.extend(layout.metrics, this.aliases);
  }

  /** No birth stands any more. */
  allDead(): void {
    for (const device of this.#devices.values()) device.isAlive = false;
  }
}
