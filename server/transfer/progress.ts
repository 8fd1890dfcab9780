import type { ProcessClock } from '../../edge/platform/clock.ts';

const EVERY_MS = 1000;
const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** Says how far copying is: at most one line a second, and one at the end. */
export class ProgressLines {
  readonly #say: (line: string) => void;
  readonly #clock: ProcessClock;
  #nextMs = Number.NEGATIVE_INFINITY;
  #last = '';

  constructor(say: (line: string) => void, clock: ProcessClock) {
    this.#say = say;
    this.#clock = clock;
  }

  update(doneBytes: number, totalBytes: number): void {
    const nowMs = this.#clock.nowMs();
    const isDone = doneBytes === totalBytes;
    if (totalBytes === 0 || (!isDone && nowMs < this.#nextMs)) return;
    const line = `copied ${inUnits(doneBytes)} of ${inUnits(totalBytes)}`;
    if (line !== this.#last) this.#say(line);
    this.#last = line;
    this.#nextMs = nowMs + EVERY_MS;
  }
}

/** A number of bytes for people. */
export function inUnits(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const value = bytes / 2 ** (10 * power);
  return `${power === 0 ? value : value.toFixed(1)} ${UNITS[power]}`;
}
