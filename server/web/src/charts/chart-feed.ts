import type { ProcessClock, Timer } from '../../../../edge/platform/clock.ts';
import type { Readings } from '../contract.ts';
import { Cell } from '../core/cell.ts';
import type { Api } from '../rest/api.ts';
import {
  bucketStepMs,
  type History,
  mergeBuckets,
  mergeReadings,
  usualStepMs,
  withGaps,
  withoutEmpty,
} from './merge.ts';
import { type HistoryQuestion, historyQuestions, type Shown } from './plan.ts';
import { everyOf, isOpen, type Range, type TimeWindow, widthMs, windowOf } from './range.ts';
import { type Columns, LiveTail } from './tail.ts';

/** How often an open chart looks at the history again: it heals what latest-value-wins left out. */
const REFRESH_MS = 60_000;
/** Backlogs announce many stored ranges a second; the history is asked again at most this often. */
const MIN_REFRESH_MS = 3_000;
const RETRY_MS = 5_000;

export interface FeedState {
  readonly status: 'loading' | 'ready' | 'failed';
  /** In words of the server; only when `failed`. */
  readonly error: string | undefined;
}

export interface Selection {
  readonly metrics: readonly string[];
  readonly range: Range;
}

/** The lines of one metric: what is drawn, and the band of lowest and highest values where buckets have one. */
export interface MetricColumns {
  readonly main: Columns;
  readonly low: Columns | undefined;
  readonly high: Columns | undefined;
  /** Points that a line without any gap would have; undefined when that cannot be told. */
  readonly expected: number | undefined;
}

export interface ChartFeedOptions {
  readonly device: string;
  readonly api: Pick<Api, 'readings'>;
  readonly clock: ProcessClock;
  readonly gridNowMs: () => number | undefined;
}

const NOTHING: History = { timesMs: [], values: [] };

/**
 * The data of one device's charts. The stream is subscribed before the history is asked for, the history ends where the
 * stream begins, and both are merged by (metric, time), the history winning.
 */
export class ChartFeed {
  readonly state = new Cell<FeedState>({ status: 'loading', error: undefined });
  /** Changes when there is something new to draw. */
  readonly version = new Cell(0);
  readonly #options: ChartFeedOptions;
  #selection: Selection = { metrics: [], range: { kind: 'preset', preset: '1h' } };
  #history = new Map<string, History>();
  /** What was computed since the last change: a chart, its legend and its pointer ask for the same. */
  readonly #columns = new Map<string, MetricColumns>();
  readonly #tails = new Map<string, LiveTail>();
  #liveFromMs = Number.NEGATIVE_INFINITY;
  #newestLiveMs = Number.NEGATIVE_INFINITY;
  #abort: AbortController | undefined;
  #timer: Timer | undefined;
  #askedMs = Number.NEGATIVE_INFINITY;
  #isAgain = false;

  constructor(options: ChartFeedOptions) {
    this.#options = options;
  }

  get selection(): Selection {
    return this.#selection;
  }

  /** Shows other metrics or another range; what was asked for before is dropped. */
  select(selection: Selection): void {
    this.#selection = selection;
    this.#history = new Map();
    for (const metric of this.#tails.keys()) if (!selection.metrics.includes(metric)) this.#tails.delete(metric);
    this.#abort?.abort();
    this.#abort = undefined;
    this.state.set({ status: 'loading', error: undefined });
    this.#changed();
    void this.#ask();
  }

  /** A live point; NaN where it has no value. Points of metrics that are not shown are left to the history. */
  push(metric: string, timeMs: number, value: number): void {
    if (!this.#selection.metrics.includes(metric)) return;
    const tail = this.#tails.get(metric) ?? new LiveTail();
    this.#tails.set(metric, tail);
    tail.push(timeMs, Number.isNaN(value) ? null : value);
    this.#newestLiveMs = Math.max(this.#newestLiveMs, timeMs);
    this.#changed();
  }

  /** Asks for the history again: stored later, or missed while the stream was lost. */
  refresh(): void {
    if (this.#abort) {
      this.#isAgain = true;
      return;
    }
    const sinceMs = this.#options.clock.nowMs() - this.#askedMs;
    if (sinceMs >= MIN_REFRESH_MS) void this.#ask();
    else this.#schedule(MIN_REFRESH_MS - sinceMs);
  }

  /** Whether a stored range touches what is shown. */
  isShown(fromMs: number, toMs: number): boolean {
    const window = this.window();
    return window !== undefined && fromMs <= window.toMs && toMs >= window.fromMs;
  }

  window(): TimeWindow | undefined {
    const nowMs = this.#options.gridNowMs();
    const { range } = this.#selection;
    if (range.kind === 'preset' && nowMs === undefined) return undefined;
    return windowOf(range, nowMs ?? 0);
  }

  columns(metric: string): MetricColumns {
    const known = this.#columns.get(metric) ?? this.#computed(metric);
    this.#columns.set(metric, known);
    return known;
  }

  #computed(metric: string): MetricColumns {
    const every = everyOf(this.#selection.range);
    const shown = (kind: Shown) => this.#columnsOf(metric, kind, every);
    const isMean = this.#history.has(historyKey(metric, 'mean'));
    const main = shown(isMean ? 'mean' : 'last');
    const expected = this.#expected(main, every);
    return isMean
      ? { main, low: shown('min'), high: shown('max'), expected }
      : { main, low: undefined, high: undefined, expected };
  }

  #expected(main: Columns, every: string | undefined): number | undefined {
    const window = this.window();
    const stepMs = every === undefined ? usualStepMs(main.timesMs) : bucketStepMs(main, widthMs(every));
    if (!window || !Number.isFinite(stepMs)) return undefined;
    return Math.max(1, Math.floor((window.toMs - window.fromMs) / stepMs));
  }

  stop(): void {
    this.#timer?.cancel();
    this.#abort?.abort();
  }

  #columnsOf(metric: string, shown: Shown, every: string | undefined): Columns {
    const history = this.#history.get(historyKey(metric, shown)) ?? NOTHING;
    const tail = this.#openTail(metric);
    if (every === undefined) {
      const merged = mergeReadings(history, tail);
      return withGaps(merged, 3 * usualStepMs(merged.timesMs));
    }
    const everyMs = widthMs(every);
    const merged = mergeBuckets(history, tail, { everyMs, shown, liveFromMs: this.#liveFromMs });
    const maxStepMs = 1.5 * bucketStepMs(merged, everyMs);
    return withGaps(withoutEmpty(merged, maxStepMs), maxStepMs);
  }

  #openTail(metric: string): Columns {
    const nowMs = this.#options.gridNowMs() ?? Number.NEGATIVE_INFINITY;
    return isOpen(this.#selection.range, nowMs) ? (this.#tails.get(metric) ?? NOTHING) : NOTHING;
  }

  #changed(): void {
    this.#columns.clear();
    this.version.set(this.version.value + 1);
  }

  #schedule(delayMs: number): void {
    this.#timer?.cancel();
    this.#timer = this.#options.clock.setTimer(delayMs, () => void this.#ask());
  }

  async #ask(): Promise<void> {
    this.#timer?.cancel();
    const window = this.window();
    // Before the first word of the server there is no "now" to ask for.
    if (!window) return this.#schedule(250);
    const abort = new AbortController();
    this.#abort = abort;
    this.#askedMs = this.#options.clock.nowMs();
    this.#isAgain = false;
    const liveFromMs = Math.max(window.fromMs, Math.min(window.toMs, this.#newestLiveMs + 1));
    try {
      const history = await this.#load(window, liveFromMs, abort.signal);
      if (!abort.signal.aborted) this.#take(history, liveFromMs);
    } catch (error) {
      if (!abort.signal.aborted) this.#failed(error);
    }
  }

  /** All questions of the selection; up to the newest live point, whose further readings the stream brings. */
  async #load(window: TimeWindow, liveFromMs: number, signal: AbortSignal): Promise<Map<string, History>> {
    const { metrics, range } = this.#selection;
    const toMs = isOpen(range, window.toMs) && Number.isFinite(this.#newestLiveMs) ? liveFromMs : window.toMs;
    const questions = historyQuestions(metrics, everyOf(range));
    const answers = await Promise.all(
      questions.map((question) => this.#question(question, window.fromMs, toMs, signal)),
    );
    const history = new Map<string, History>();
    answers.forEach((answer, i) => {
      for (const series of answer?.series ?? [])
        history.set(historyKey(series.metric, questions[i]?.shown ?? 'last'), {
          timesMs: series.timesMs,
          values: series.values,
          counts: series.counts,
        });
    });
    return history;
  }

  #question(
    question: HistoryQuestion,
    fromMs: number,
    toMs: number,
    signal: AbortSignal,
  ): Promise<Readings> | undefined {
    if (toMs <= fromMs) return undefined;
    const { metrics, every, shown } = question;
    const width = every === undefined ? {} : { every, aggregate: shown };
    return this.#options.api.readings({ device: this.#options.device, metrics, fromMs, toMs, ...width }, signal);
  }

  #take(history: Map<string, History>, liveFromMs: number): void {
    this.#abort = undefined;
    this.#history = history;
    this.#liveFromMs = liveFromMs;
    for (const tail of this.#tails.values()) tail.dropBefore(liveFromMs);
    this.state.set({ status: 'ready', error: undefined });
    this.#changed();
    if (this.#isAgain) this.#schedule(MIN_REFRESH_MS);
    else if (isOpen(this.#selection.range, this.#options.gridNowMs() ?? 0)) this.#schedule(REFRESH_MS);
  }

  #failed(error: unknown): void {
    this.#abort = undefined;
    this.state.set({ status: 'failed', error: error instanceof Error ? error.message : String(error) });
    this.#schedule(RETRY_MS);
  }
}

function historyKey(metric: string, shown: Shown): string {
  return `${metric}\0${shown}`;
}
