import { isDeepStrictEqual } from 'node:util';
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
  readonly #descriptions = new Map<string, DeviceDescription>();
  readonly #formerRows: ReadonlyMap<string, DeviceRow>;

  constructor(aliases: AliasBook, configured: readonly DeviceDescription[], former: readonly DeviceRow[]) {
    this.aliases = aliases;
    this.#formerRows = new Map(former.map((row) => [row.id, row]));
    for (const description of configured) this.#configure(description);
  }

  /**
   * Another configuration. Devices that are described as before stay as they are; the others are new, without a birth.
   * Returns what they were, and the devices that left: whatever births stand have to be ended.
   */
  reconfigure(configured: readonly DeviceDescription[]): WireDevice[] {
    const wanted = new Map(configured.map((description) => [description.id, description]));
    const replaced: WireDevice[] = [];
    for (const [id, was] of [...this.#descriptions]) {
      if (isDeepStrictEqual(was, wanted.get(id))) continue;
      this.#descriptions.delete(id);
      const device = this.#devices.get(id);
      if (!device) continue;
      device.isConfigured = false;
      device.isUp = false;
      replaced.push(device);
    }
    for (const description of configured) if (!this.#descriptions.has(description.id)) this.#configure(description);
    return replaced;
  }

  #configure(description: DeviceDescription): void {
    const { id, model, kind, layouts, rollovers } = description;
    const known = this.#devices.get(id);
    const serial = known?.model === model ? known.serial : this.#formerRows.get(id)?.serial;
    const device = new WireDevice({ id, model, kind, serial, rollovers, isConfigured: true });
    device.extend(
      layouts.flatMap((layout) => layout.metrics),
      this.aliases,
    );
    this.#devices.set(id, device);
    this.#descriptions.set(id, description);
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
