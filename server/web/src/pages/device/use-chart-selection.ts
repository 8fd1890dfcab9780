import { useMemo } from 'preact/hooks';
import { defaultMetrics, MAX_CHARTED } from '../../charts/plan.ts';
import { parseRange, type Range, rangeQuery } from '../../charts/range.ts';
import type { PointTable } from '../../live/point-table.ts';
import { deviceHref, withQuery } from '../../router/route.ts';
import { useCell, useServices } from '../../ui/context.ts';

export interface ChartSelection {
  readonly metrics: readonly string[];
  readonly range: Range;
  /** Changes when metrics or range do. */
  readonly key: string;
  readonly isFull: boolean;
  toggle(metric: string): void;
  setRange(range: Range): void;
}

/** What the charts show, kept in the address: `?metrics=a,b&range=24h`, or `from` and `to`. */
export function useChartSelection(table: PointTable, device: string): ChartSelection {
  const { router } = useServices();
  const { query } = useCell(router.place);
  const metricsText = query.get('metrics');
  const known = table.series.length;
  const metrics = useMemo(
    () =>
      metricsText === null
        ? defaultMetrics(table.series.map((series) => series.metric))
        : metricsText
            .split(',')
            .filter((name) => name !== '')
            .slice(0, MAX_CHARTED),
    [metricsText, table, known],
  );
  const range = useMemo(() => parseRange(query), [query]);
  const change = (changes: Record<string, string | undefined>) =>
    router.replace(withQuery(deviceHref(device), query, changes));
  return {
    metrics,
    range,
    key: JSON.stringify([metrics, range]),
    isFull: metrics.length >= MAX_CHARTED,
    toggle: (metric) => {
      const isOn = metrics.includes(metric);
      const next = isOn ? metrics.filter((other) => other !== metric) : [...metrics, metric];
      // An empty list is a choice, too: `metrics=,` keeps the default from coming back.
      change({ metrics: next.length === 0 ? ',' : next.join(',') });
    },
    setRange: (next) => change(rangeQuery(next)),
  };
}
