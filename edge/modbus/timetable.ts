import type { GridClock, ProcessClock, Timer } from '../platform/clock.ts';
import { Heap } from './heap.ts';
import { nextDueMs } from './phase.ts';

/** Something that falls due again and again, at `phaseMs` after each multiple of `periodMs` (grid time, UTC). */
export interface DueJob {
  readonly periodMs: number;
  readonly phaseMs: number;
  /** Called when it falls due. `skipped` earlier deadlines passed unseen: the process was held up. */
  onDue(dueMs: number, skipped: number): void;
}

export interface TimetableOptions {
  readonly gridClock: GridClock;
  readonly processClock: ProcessClock;
  /** Changes when the wall clock was set: then every deadline is worked out anew, and none counts as skipped. */
  readonly clockGeneration: () => number;
  /** Called after all that fell due together has been told. */
  readonly onSlotEnd: () => void;
}

/** Jobs that always fall due together. */
interface Entry {
  dueMs: number;
  readonly order: number;
  readonly periodMs: number;
  readonly phaseMs: number;
  jobs: DueJob[];
}

/**
 * All deadlines of the process in one heap and under one timer. Deadlines are absolute: each is a multiple of its
 * period, however late the one before was served. Jobs of one period and phase share a place in the heap, so that what
 * a deadline costs does not grow with the number of devices.
 */
export class Timetable {
  readonly #options: TimetableOptions;
  readonly #heap = new Heap<Entry>(isBefore);
  readonly #byPhase = new Map<string, Entry>();
  #timer: Timer | undefined;
  #generation: number;
  #order = 0;
  #running = false;

  constructor(options: TimetableOptions) {
    this.#options = options;
    this.#generation = options.clockGeneration();
  }

  /** Adds a job; its first deadline lies after now. */
  add(job: DueJob): void {
    const { periodMs, phaseMs } = job;
    const dueMs = nextDueMs(this.#options.gridClock.nowMs(), periodMs, phaseMs);
    const key = `${periodMs} ${phaseMs}`;
    const known = this.#byPhase.get(key);
    // One whose deadline has passed and is not served yet would bring the new job a deadline before its time.
    if (known?.dueMs === dueMs) {
      known.jobs.push(job);
      return;
    }
    const entry = { dueMs, order: this.#order++, periodMs, phaseMs, jobs: [job] };
    this.#byPhase.set(key, entry);
    this.#heap.push(entry);
    if (this.#running) this.#arm();
  }

  /** Takes jobs out; all others keep their deadlines. */
  remove(jobs: ReadonlySet<DueJob>): void {
    for (const entry of this.#heap) entry.jobs = entry.jobs.filter((job) => !jobs.has(job));
    for (const [key, entry] of this.#byPhase) if (entry.jobs.length === 0) this.#byPhase.delete(key);
    this.#heap.rebuild(({ jobs: left }) => left.length > 0);
    if (this.#running) this.#arm();
  }

  start(): void {
    this.#running = true;
    this.#arm();
  }

  stop(): void {
    this.#running = false;
    this.#timer?.cancel();
  }

  #tick(): void {
    if (!this.#running) return;
    const nowMs = this.#options.gridClock.nowMs();
    const generation = this.#options.clockGeneration();
    if (generation !== this.#generation) {
      this.#generation = generation;
      this.#realign(nowMs);
    }
    let { first } = this.#heap;
    if (first !== undefined && first.dueMs <= nowMs) {
      while (first !== undefined && first.dueMs <= nowMs) {
        this.#serve(first, nowMs);
        first = this.#heap.first;
      }
      this.#options.onSlotEnd();
    }
    this.#arm();
  }

  #serve(entry: Entry, nowMs: number): void {
    const { periodMs, jobs, dueMs } = entry;
    const skipped = Math.floor((nowMs - dueMs) / periodMs);
    const servedMs = dueMs + skipped * periodMs;
    entry.dueMs = servedMs + periodMs;
    this.#heap.firstMoved();
    for (const job of jobs) job.onDue(servedMs, skipped);
  }

  #arm(): void {
    this.#timer?.cancel();
    const { first } = this.#heap;
    if (first === undefined) return;
    const { gridClock, processClock } = this.#options;
    const delayMs = (first.dueMs - gridClock.nowMs()) / gridClock.speed;
    // Bounded, so that a clock that was set is noticed even when the next deadline lies far away.
    this.#timer = processClock.setTimer(Math.min(1000, Math.max(0, Math.ceil(delayMs))), () => this.#tick());
  }

  #realign(nowMs: number): void {
    // A deadline that falls on this very moment is served, not left out.
    for (const entry of this.#heap) entry.dueMs = nextDueMs(nowMs - 1, entry.periodMs, entry.phaseMs);
    this.#heap.rebuild();
  }
}

function isBefore(one: Entry, other: Entry): boolean {
  return one.dueMs < other.dueMs || (one.dueMs === other.dueMs && one.order < other.order);
}
