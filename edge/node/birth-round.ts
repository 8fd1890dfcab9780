import type { ProcessClock, Timer } from '../platform/clock.ts';
import type { DeviceRegistry } from './device-registry.ts';
import type { DeviceVoice } from './device-voice.ts';
import type { SparkplugSession } from './session.ts';
import type { WireDevice } from './wire-device.ts';

/** So many are born at once: a small node is complete before anything else can happen. */
const FIRST_BIRTHS = 50;
/** The others follow in slices that take about this long together, however many there are. */
const ROUND_MS = 2000;
const SLICE_MS = 20;
const MIN_SLICE = 5;
/** What was read meanwhile would queue behind more than this on a slow line. */
const MAX_BUFFERED_BYTES = 128 * 1024;

export interface BirthRoundParts {
  readonly registry: DeviceRegistry;
  readonly voice: DeviceVoice;
  readonly session: SparkplugSession;
  readonly processClock: ProcessClock;
}

/**
 * The births of all devices after the node's own. No data may go before the last of them (tck-id-payloads-dbirth-order,
 * tck-id-payloads-ddata-order), so a live value would wait for all of them; but a birth carries current values. The
 * order makes use of that: a device that is read during the round is born next, with what was read, and the rest begins
 * with those that were read last, which will not be read again so soon. The slices leave room between them, so that no
 * queue of births builds up in front of a host to which many nodes come back at once.
 */
export class BirthRound {
  readonly #parts: BirthRoundParts;
  /** Not born yet, the next at the end. */
  #rest: WireDevice[] = [];
  /** Read since the round began, and not born yet; oldest first. */
  readonly #read = new Set<WireDevice>();
  #sliceSize = MIN_SLICE;
  #timer: Timer | undefined;
  #onEnd: () => void = () => {};

  constructor(parts: BirthRoundParts) {
    this.#parts = parts;
  }

  /** @param onEnd every device that is up has been born; comes at once when there are few */
  begin(onEnd: () => void): void {
    this.stop();
    this.#onEnd = onEnd;
    this.#rest = this.#parts.registry.configured.filter(isDue).sort((a, b) => a.lastN - b.lastN);
    this.#sliceSize = Math.max(MIN_SLICE, Math.ceil((this.#rest.length * SLICE_MS) / ROUND_MS));
    this.#slice(FIRST_BIRTHS);
  }

  /** A device was read. Has no effect on one that is born, or of which it is not known that it answers. */
  read(device: WireDevice): void {
    if (this.#timer && isDue(device)) this.#read.add(device);
  }

  /** No further births; `onEnd` does not come. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#rest = [];
    this.#read.clear();
  }

  #slice(births: number): void {
    const { session, voice, processClock } = this.#parts;
    this.#timer = undefined;
    if (session.bufferedBytes <= MAX_BUFFERED_BYTES) {
      for (let born = 0; born < births; born++) {
        const device = this.#next();
        if (!device) break;
        voice.birth(device);
        this.#dropBorn();
      }
    }
    if (this.#rest.length === 0) this.#onEnd();
    else this.#timer = processClock.setTimer(SLICE_MS, () => this.#slice(this.#sliceSize));
  }

  #next(): WireDevice | undefined {
    const [read] = this.#read;
    if (read) {
      this.#read.delete(read);
      return read;
    }
    return this.#rest.pop();
  }

  /** Those that were read are born already, and stand in the rest all the same. */
  #dropBorn(): void {
    for (let device = this.#rest.at(-1); device && !isDue(device); device = this.#rest.at(-1)) this.#rest.pop();
  }
}

function isDue(device: WireDevice): boolean {
  return device.isConfigured && device.isUp === true && !device.isAlive;
}
