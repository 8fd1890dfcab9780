import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ChartFeed } from '../../charts/chart-feed.ts';
import { LinePlot, type PlotText } from '../../charts/line-plot.ts';
import { metricName } from '../../live/metric-groups.ts';
import { useCell, useLanguage, useServices, useT, useTimeTexts } from '../../ui/context.ts';
import { SummaryTable } from './summary-table.tsx';

interface UnitChartProps {
  readonly unit: string;
  readonly metrics: readonly string[];
  /** All charted metrics: a metric's place decides its line style. */
  readonly order: readonly string[];
  readonly feed: ChartFeed;
  readonly onZoom: (fromMs: number, toMs: number) => void;
}

/** One picture and the same in numbers. Drawn at most once a second: the window moves with the second. */
export function UnitChart(props: UnitChartProps): JSX.Element {
  const { unit, metrics, order, feed } = props;
  const language = useLanguage();
  const t = useT();
  const time = useTimeTexts();
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<LinePlot | undefined>(undefined);
  const [cursorMs, setCursorMs] = useState<number | undefined>(undefined);
  const look = useLook();
  const zoom = useRef(props.onZoom);
  zoom.current = props.onZoom;
  const lines = metrics.map((metric) => ({ metric, style: order.indexOf(metric) }));
  const key = JSON.stringify([lines, unit, look, time.timeZone, language]);
  useEffect(() => {
    if (!place.current) return;
    const text: PlotText = { unit, timeZone: time.timeZone };
    const made = new LinePlot(place.current, lines, text, {
      onCursor: setCursorMs,
      onZoom: (fromMs, toMs) => zoom.current(fromMs, toMs),
    });
    plot.current = made;
    made.draw(feed);
    return () => made.destroy();
  }, [key, feed]);
  const ticks = useCell(useServices().tick);
  const { status } = useCell(feed.state);
  const isEmpty = status === 'ready' && metrics.every((metric) => feed.columns(metric).main.timesMs.length === 0);
  useEffect(() => plot.current?.draw(feed), [ticks, status, feed]);
  const names = metrics.map((metric) => metricName(metric, language)).join(', ');
  const label = unit === '' ? t('chart.ofPure', { metrics: names }) : t('chart.of', { metrics: names, unit });
  return (
    <figure class="chart">
      <div ref={place} class="plot" role="img" aria-label={label} />
      {isEmpty && <p class="plot-empty">{t('chart.noData')}</p>}
      <SummaryTable unit={unit} metrics={metrics} order={order} feed={feed} cursorMs={cursorMs} label={label} />
    </figure>
  );
}

/** Changes when the colours do: the canvas has to be made anew. */
function useLook(): string {
  const theme = useCell(useServices().preferences.theme);
  const [isDark, setDark] = useState(() => window.matchMedia('(prefers-color-scheme: dark)').matches);
  useEffect(() => {
    const scheme = window.matchMedia('(prefers-color-scheme: dark)');
    const update = () => setDark(scheme.matches);
    scheme.addEventListener('change', update);
    return () => scheme.removeEventListener('change', update);
  }, []);
  return `${theme} ${isDark}`;
}
