import type { EdgeClock } from '../clock-generation.ts';
import type { OutboxRecord, StoredLayout } from '../outbox/record.ts';
import type { DeviceRead } from '../reading.ts';
import type { AliasBook } from './alias-book.ts';
import { deviceBirth } from './births.ts';
import { DataEncoder } from './data-encoder.ts';
import type { SparkplugSession } from './session.ts';
import type { WireDevice } from './wire-device.ts';

/** A record that waited, with its layout. */
export interface WaitingRecord {
  readonly layout: StoredLayout;
  readonly record: OutboxRecord;
}

/** Publishes what there is to say of devices: births, data, deaths. */
export class DeviceVoice {
  readonly #session: SparkplugSession;
  readonly #clock: EdgeClock;
  readonly #aliases: AliasBook;
  readonly #epoch: string;
  readonly #encoder = new DataEncoder();

  /** @param epoch the running epoch, which births declare */
  constructor(session: SparkplugSession, clock: EdgeClock, aliases: AliasBook, epoch: string) {
    this.#session = session;
    this.#clock = clock;
    this.#aliases = aliases;
    this.#epoch = epoch;
  }

  birth(device: WireDevice): void {
    this.#birth(device, false);
    device.isAlive = true;
  }

  death(device: WireDevice): void {
    device.isAlive = false;
    this.#session.send('DDEATH', device.id, { metrics: [] });
  }

  /** One record as it was read. The device has to be alive. */
  live(device: WireDevice, read: DeviceRead, n: number): void {
    if (!device.knows(read.layout)) {
      device.extend(read.layout.metrics, this.#aliases);
      this.birth(device);
    }
    this.#encoder.begin(false);
    this.#encoder.record(device, read.layout, n, read);
    this.#session.sendData(device.id, this.#encoder.finish());
  }

  /** Records of one epoch that waited. A device that is not alive is born for them alone, and stays offline. */
  backlog(device: WireDevice, epoch: string, records: readonly WaitingRecord[]): void {
    const isNew = device.extend(
      records.flatMap(({ layout }) => (device.knows(layout) ? [] : layout.metrics)),
      this.#aliases,
    );
    const isDraining = !device.isAlive;
    if (isDraining) this.#birth(device, true);
    else if (isNew) this.birth(device);
    this.#encoder.begin(true);
    const [first] = records;
    if (first && epoch !== this.#epoch) this.#encoder.epoch(device, epoch, first.record.timeMs);
    for (const { layout, record } of records) this.#encoder.record(device, layout, record.n, record);
    this.#session.sendData(device.id, this.#encoder.finish());
    if (isDraining) this.death(device);
  }

  #birth(device: WireDevice, isDraining: boolean): void {
    const nowMs = this.#clock.nowMs();
    const clockGeneration = this.#clock.generation;
    device.bornClock = clockGeneration;
    this.#session.send(
      'DBIRTH',
      device.id,
      deviceBirth(device, { epoch: this.#epoch, clockGeneration, nowMs }, isDraining),
    );
  }
}
