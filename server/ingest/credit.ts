import type { Registry } from './registry.ts';
import type { WaitingPoints } from './waiting-points.ts';

/** More than any edge keeps in flight. */
const MAX_CREDIT = 10_000;
const FIRST_GUESS_POINTS = 10;

/** How many more records each node may send: the room in front of the store, shared among the nodes that number theirs. */
export class Credit {
  readonly #waiting: WaitingPoints;
  readonly #registry: Registry;
  #pointsPerRecord = FIRST_GUESS_POINTS;
  #nodes = 1;

  constructor(waiting: WaitingPoints, registry: Registry) {
    this.#waiting = waiting;
    this.#registry = registry;
  }

  /** A batch was stored: how large its records were. */
  learn(points: number, records: number): void {
    if (records > 0) this.#pointsPerRecord = Math.max(1, 0.9 * this.#pointsPerRecord + 0.1 * (points / records));
    this.#nodes = Math.max(1, this.#countNodes());
  }

  of(_node: string): number {
    return Math.min(MAX_CREDIT, Math.floor(this.#waiting.roomForBacklog / this.#pointsPerRecord / this.#nodes));
  }

  #countNodes(): number {
    let nodes = 0;
    for (const node of this.#registry.nodes()) if (node.isBorn && node.stream) nodes += 1;
    return nodes;
  }
}
