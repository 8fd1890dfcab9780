import { FanOut, type FanOutSettings } from './fan-out.ts';
import { type RowSource, RowsBoard } from './rows-board.ts';

/** Rows of a table for subscribers. Looks for changes only while somebody subscribes. */
export class RowsTopic<State extends { readonly id: string }, Row> {
  readonly #board: RowsBoard<State, Row>;
  readonly #fan: FanOut;

  constructor(source: RowSource<State, Row>, maxRowsPerMessage: number, settings: FanOutSettings) {
    this.#board = new RowsBoard(source, maxRowsPerMessage);
    this.#fan = new FanOut(this.#board, settings);
  }

  subscribe(...request: Parameters<FanOut['subscribe']>): ReturnType<FanOut['subscribe']> {
    this.#scan();
    return this.#fan.subscribe(...request);
  }

  /** Sends what waits; with `scan` looks for changes first. */
  tick(tick: number, scan: boolean): void {
    if (!this.#fan.isWatched) return;
    if (scan) this.#scan();
    this.#fan.tick(tick);
  }

  #scan(): void {
    this.#board.scan(
      (item) => this.#fan.announce(item),
      (item) => this.#fan.mark(item),
    );
  }
}
