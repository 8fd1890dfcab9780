import uPlot from 'uplot';
import { zonedParts } from '../format/zone.ts';
import type { ChartFeed } from './chart-feed.ts';
import { lineStyle } from './line-styles.ts';
import { joinColumns } from './merge.ts';
import type { Columns } from './tail.ts';

const HEIGHT_PX = 220;
const AXIS_WIDTH_PX = 64;
const BAND_OPACITY = '22%';
/** A drag across less than this is a click, not a range. */
const MIN_ZOOM_MS = 10_000;
const NOTHING: Columns = { timesMs: [], values: [] };

export interface PlotLine {
  readonly metric: string;
  /** Place in the page's line styles. */
  readonly style: number;
}

export interface PlotText {
  readonly unit: string;
  readonly timeZone: string;
}

export interface PlotEvents {
  onCursor(timeMs: number | undefined): void;
  onZoom(fromMs: number, toMs: number): void;
}

/** A line chart in district time: for each metric its line, and the band of lowest to highest where buckets have one. */
export class LinePlot {
  readonly #plot: uPlot;
  readonly #lines: readonly PlotLine[];
  readonly #events: PlotEvents;
  readonly #observer: ResizeObserver;
  #window = { fromMs: 0, toMs: 1 };
  /** Where the pointer was when it was last reported, in pixels. */
  #pointerPx: number | undefined;

  constructor(place: HTMLElement, lines: readonly PlotLine[], text: PlotText, events: PlotEvents) {
    this.#lines = lines;
    this.#events = events;
    const options = this.#options(place, text);
    this.#plot = new uPlot(options, [[], ...lines.flatMap(() => [[], [], []])], place);
    this.#observer = new ResizeObserver(() => {
      if (place.clientWidth !== this.#plot.width) this.#plot.setSize({ width: place.clientWidth, height: HEIGHT_PX });
    });
    this.#observer.observe(place);
  }

  /** Draws what the feed holds now. */
  draw(feed: ChartFeed): void {
    const window = feed.window();
    if (!window) return;
    this.#window = window;
    const list = this.#lines.flatMap(({ metric }) => {
      const { main, low, high } = feed.columns(metric);
      return [main, low ?? NOTHING, high ?? NOTHING];
    });
    const { timesMs, values } = joinColumns(list);
    this.#plot.setData([timesMs, ...values]);
    // The time under a pointer that rests moves on with the window.
    if (this.#pointerPx !== undefined) this.#events.onCursor(this.#plot.posToVal(this.#pointerPx, 'x'));
  }

  destroy(): void {
    this.#observer.disconnect();
    this.#plot.destroy();
  }

  /**
   * uPlot calls this after each drawing, too. Heard as a move of the user's, it would have the chart drawn again, and so
   * on for ever in one turn of the event loop: only a pointer that has moved is reported.
   */
  #pointed(plot: uPlot): void {
    const { left } = plot.cursor;
    const pointerPx = left === undefined || left === null || left < 0 ? undefined : left;
    if (pointerPx === this.#pointerPx) return;
    this.#pointerPx = pointerPx;
    this.#events.onCursor(pointerPx === undefined ? undefined : plot.posToVal(pointerPx, 'x'));
  }

  #options(place: HTMLElement, text: PlotText): uPlot.Options {
    const css = getComputedStyle(place);
    const colour = (name: string) => css.getPropertyValue(name).trim();
    const axis = {
      stroke: colour('--text-muted'),
      font: `12px ${css.fontFamily}`,
      grid: { stroke: colour('--grid-line'), width: 1 },
      ticks: { stroke: colour('--grid-line'), width: 1, size: 4 },
    };
    return {
      width: Math.max(100, place.clientWidth),
      height: HEIGHT_PX,
      ms: 1,
      tzDate: (timeMs) => uPlot.tzDate(new Date(timeMs), text.timeZone),
      legend: { show: false },
      scales: {
        x: { time: true, range: () => [this.#window.fromMs, this.#window.toMs] },
        y: { range: (_, low, high) => valueRange(low, high) },
      },
      axes: [
        { ...axis, values: (_, splits) => timeLabels(splits, text.timeZone) },
        { ...axis, size: AXIS_WIDTH_PX, label: text.unit, labelSize: text.unit === '' ? 0 : 18, labelFont: axis.font },
      ],
      series: [{}, ...this.#lines.flatMap((line) => seriesOf(line, colour))],
      bands: this.#lines.map((line, i) => bandOf(line, i, colour)),
      cursor: { drag: { x: true, y: false, setScale: false }, points: { size: 6 }, focus: { prox: -1 } },
      hooks: {
        setCursor: [(plot) => this.#pointed(plot)],
        setSelect: [(plot) => zoomed(plot, this.#events)],
      },
    };
  }
}

/** The values with some room around them; a level line in the middle, not on a scale from zero. */
function valueRange(low: number | null, high: number | null): [number, number] {
  if (low === null || high === null) return [0, 1];
  const room = high > low ? 0.08 * (high - low) : Math.max(0.5, 0.02 * Math.abs(high));
  return [low - room, high + room];
}

function seriesOf(line: PlotLine, colour: (name: string) => string): uPlot.Series[] {
  const style = lineStyle(line.style);
  const stroke = colour(style.colour);
  const main: uPlot.Series = { stroke, width: 1.5, dash: [...style.dash], spanGaps: false, points: { show: false } };
  const edge: uPlot.Series = { width: 0, spanGaps: false, points: { show: false } };
  return [main, edge, edge];
}

function bandOf(line: PlotLine, position: number, colour: (name: string) => string): uPlot.Band {
  const first = 1 + 3 * position;
  const fill = `color-mix(in srgb, ${colour(lineStyle(line.style).colour)} ${BAND_OPACITY}, transparent)`;
  return { series: [first + 2, first + 1], fill };
}

function zoomed(plot: uPlot, events: PlotEvents): void {
  const { left, width } = plot.select;
  if (width <= 0) return;
  const fromMs = Math.round(plot.posToVal(left, 'x'));
  const toMs = Math.round(plot.posToVal(left + width, 'x'));
  plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
  if (toMs - fromMs >= MIN_ZOOM_MS) events.onZoom(fromMs, toMs);
}

/** The time of day; with the date below where a day begins, and under the first label. */
function timeLabels(splits: readonly number[], timeZone: string): string[] {
  const stepMs = (splits[1] ?? 0) - (splits[0] ?? 0);
  let shownDay = '';
  return splits.map((timeMs) => {
    const p = zonedParts(timeMs, timeZone);
    const day = `${p.month}-${p.day}`;
    const clock = stepMs > 0 && stepMs < 60_000 ? `${p.hour}:${p.minute}:${p.second}` : `${p.hour}:${p.minute}`;
    if (stepMs >= 86_400_000) return day;
    if (day === shownDay) return clock;
    shownDay = day;
    return `${clock}\n${day}`;
  });
}
