import type { BusDevice } from './device.ts';
import { decodeIdentity } from './identity.ts';
import type { Line } from './line.ts';
import type { ReadFailure, ReadHandler } from './transport/transport.ts';

/**
 * Reads the serial number of a device: once after each time it came up, because a device can only be exchanged while
 * it is away.
 */
export class IdentityReader implements ReadHandler {
  readonly #line: Line;
  #device: BusDevice | undefined;
  #onEnd: (failure?: ReadFailure) => void = () => undefined;

  constructor(line: Line) {
    this.#line = line;
  }

  get busy(): boolean {
    return this.#device !== undefined;
  }

  /** Reads `device.serial`; a device that refuses or does not answer keeps the one it had. */
  read(device: BusDevice, gapMs: number, timeoutMs: number, onEnd: (failure?: ReadFailure) => void): void {
    device.identityWanted = false;
    const { identity } = device.model;
    if (identity === undefined) {
      onEnd();
      return;
    }
    this.#device = device;
    this.#onEnd = onEnd;
    const { functionCode, address, count } = identity;
    this.#line.send({ unit: device.unit, functionCode, address, count, timeoutMs }, gapMs, this);
  }

  onRegisters(bytes: Uint8Array): void {
    const device = this.#device;
    if (device?.model.identity) device.serial = decodeIdentity(device.model.identity, bytes) ?? device.serial;
    this.#device = undefined;
    this.#onEnd();
  }

  onFailure(failure: ReadFailure): void {
    this.#device = undefined;
    this.#onEnd(failure);
  }
}
