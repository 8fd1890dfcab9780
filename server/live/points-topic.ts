import { ChangeFeed } from './change-feed.ts';
import { FanOut, type FanOutSettings } from './fan-out.ts';
import type { LiveState } from './live-state.ts';
import { PointsBoard } from './points-board.ts';

/** Points for subscribers. Reads changes of the live state only while somebody subscribes. */
export class PointsTopic {
  readonly #state: LiveState;
  readonly #fan: FanOut;
  readonly #feed = new ChangeFeed();
  #detach: (() => void) | undefined;
  /** Units as they were announced, by slot; its length is the number of slots that the fan-out knows. */
  #units: string[] = [];

  constructor(state: LiveState, maxPointsPerFrame: number, settings: FanOutSettings) {
    this.#state = state;
    this.#fan = new FanOut(new PointsBoard(state, maxPointsPerFrame), settings);
  }

  subscribe(...request: Parameters<FanOut['subscribe']>): ReturnType<FanOut['subscribe']> {
    this.#attach();
    // What is new is announced to those who are there before the newcomer's list is made, or it would stand in it twice.
    this.#announceNew();
    return this.#fan.subscribe(...request);
  }

  tick(tick: number): void {
    if (!this.#fan.isWatched) {
      this.stop();
      return;
    }
    this.#announceNew();
    for (const slot of this.#feed.take()) {
      this.#announceAgain(slot);
      this.#fan.mark(slot);
    }
    this.#fan.tick(tick);
  }

  stop(): void {
    this.#detach?.();
    this.#detach = undefined;
  }

  #attach(): void {
    if (this.#detach) return;
    this.#feed.take();
    this.#detach = this.#state.attach(this.#feed);
    this.#units = this.#state.slots.map(({ unit }) => unit);
  }

  #announceNew(): void {
    const { slots } = this.#state;
    for (let index = this.#units.length; index < slots.length; index++) {
      this.#units.push(slots[index]?.unit ?? '');
      this.#fan.announce(index);
    }
  }

  /** A device that was born again with another unit: the page must not show the new values with the old one. */
  #announceAgain(slot: number): void {
    const unit = this.#state.slots[slot]?.unit ?? '';
    if (this.#units[slot] === unit) return;
    this.#units[slot] = unit;
    this.#fan.announce(slot);
  }
}
