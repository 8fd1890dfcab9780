import type { GridClock, ProcessClock, Timer } from '../../edge/platform/clock.ts';
import { messageOf } from '../../edge/platform/errors.ts';
import type { Logger } from '../../edge/platform/log.ts';
import type { DeliveryLedger } from './delivery-ledger.ts';
import type { Directory } from './directory.ts';

const INTERVAL_MS = 1000;

export interface SaverDeps {
  readonly directory: Directory;
  readonly ledger: DeliveryLedger;
  readonly gridClock: GridClock;
  readonly processClock: ProcessClock;
  readonly logger: Logger;
}

/** Writes what the host must remember to the state file: some time after it changed, and before anything rests on it. */
export class StateSaver {
  readonly #deps: SaverDeps;
  #timer: Timer | undefined;
  #hasFailed = false;

  constructor(deps: SaverDeps) {
    this.#deps = deps;
  }

  /** Something may have changed. */
  wake(): void {
    if (this.#timer || !(this.#deps.directory.hasUnsaved || this.#deps.ledger.hasUnsaved)) return;
    this.#timer = this.#deps.processClock.setTimer(INTERVAL_MS, () => {
      this.#timer = undefined;
      if (!this.#saveAll()) this.wake();
    });
  }

  /** Writes what acknowledgements rest on. False when the state file cannot be written; it is tried again. */
  saveLedger(): boolean {
    return this.#attempt(() => this.#deps.ledger.save(this.#deps.gridClock.nowMs()));
  }

  /**
   * Writes what stored readings rest on: their agents and devices, too, or after a crash there would be readings, already
   * acknowledged, of a device that nobody knows.
   *
   * @throws the state file's error; nothing is forgotten then
   */
  saveOrThrow(): void {
    const nowMs = this.#deps.gridClock.nowMs();
    this.#deps.directory.save(nowMs);
    this.#deps.ledger.save(nowMs);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#saveAll();
  }

  #saveAll(): boolean {
    return this.#attempt(() => this.saveOrThrow());
  }

  #attempt(write: () => void): boolean {
    try {
      write();
      this.#hasFailed = false;
      return true;
    } catch (error) {
      if (!this.#hasFailed) this.#deps.logger.error({ error: messageOf(error) }, 'the state file cannot be written');
      this.#hasFailed = true;
      return false;
    }
  }
}
