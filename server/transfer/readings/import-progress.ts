import type { ProcessClock } from '../../../edge/platform/clock.ts';
import { inUnits } from '../progress.ts';

const EVERY_MS = 1000;

/** What is said of a file on its way. */
export interface ProgressFacts {
  readonly phase: string;
  readonly readBytes: number;
  readonly totalBytes: number;
  readonly stored: number;
  readonly refused: number;
}

/** Says how far a file is, how fast, and how long it will take: at most one line a second. */
export class ImportLines {
  readonly #name: string;
  readonly #say: (line: string) => void;
  readonly #clock: ProcessClock;
  #began: { readonly ms: number; readonly bytes: number; readonly stored: number } | undefined;
  #nextMs: number;

  constructor(name: string, say: (line: string) => void, clock: ProcessClock) {
    this.#name = name;
    this.#say = say;
    this.#clock = clock;
    this.#nextMs = clock.nowMs() + EVERY_MS;
  }

  update({ phase, readBytes, totalBytes, stored, refused }: ProgressFacts): void {
    const nowMs = this.#clock.nowMs();
    if (phase === 'reading') this.#began ??= { ms: nowMs, bytes: readBytes, stored };
    if (nowMs < this.#nextMs) return;
    this.#nextMs = nowMs + EVERY_MS;
    if (phase !== 'reading' || !this.#began) {
      this.#say(`${this.#name}: looking whether it is known, ${inUnits(readBytes)}`);
      return;
    }
    const seconds = Math.max(0.001, (nowMs - this.#began.ms) / 1000);
    const rate = Math.round((stored - this.#began.stored) / seconds);
    const leftSeconds = ((totalBytes - readBytes) * seconds) / Math.max(1, readBytes - this.#began.bytes);
    const share = ((100 * readBytes) / Math.max(1, totalBytes)).toFixed(1);
    const refusals = refused > 0 ? `, ${refused} refused` : '';
    this.#say(
      `${this.#name}: ${share} %, ${stored} values${refusals}, ${rate} values/s, ${duration(leftSeconds)} left`,
    );
  }
}

/** Seconds for people. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
