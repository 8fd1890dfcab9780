import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { quantityOf } from '../../../../../edge/protocol/quantities.ts';
import type { ChartFeed } from '../../charts/chart-feed.ts';
import { byUnit } from '../../charts/plan.ts';
import { everyOf, widthText } from '../../charts/range.ts';
import type { PointTable } from '../../live/point-table.ts';
import { useCell, useLanguage, useServices, useT } from '../../ui/context.ts';
import { WarningSign } from '../../ui/icons.tsx';
import { Panel } from '../../ui/panel.tsx';
import { CsvButtons } from './csv-buttons.tsx';
import { RangePicker } from './range-picker.tsx';
import { UnitChart } from './unit-chart.tsx';
import type { ChartSelection } from './use-chart-selection.ts';

interface ChartsPanelProps {
  readonly id: string;
  readonly feed: ChartFeed;
  readonly selection: ChartSelection;
  readonly table: PointTable;
}

/** Charts of the chosen quantities, one for each unit, over one range. */
export function ChartsPanel(props: ChartsPanelProps): JSX.Element {
  const t = useT();
  const { feed, selection, table, id } = props;
  const { metrics } = selection;
  const groups = useMemo(() => {
    const unitOf = (metric: string) =>
      table.series[table.indexOf(id, metric) ?? -1]?.unit ?? quantityOf(metric)?.unit ?? '';
    return [...byUnit(metrics, unitOf)];
  }, [id, metrics, table, table.series.length]);
  return (
    <Panel id="charts" title={t('chart.title')} class="area-charts" aside={<CsvButtons id={id} feed={feed} />}>
      <RangePicker range={selection.range} onChange={selection.setRange} />
      <ChartNote feed={feed} selection={selection} />
      {metrics.length === 0 && <p class="empty">{t('chart.choose')}</p>}
      {groups.map(([unit, members]) => (
        <UnitChart
          key={unit}
          unit={unit}
          metrics={members}
          order={metrics}
          feed={feed}
          onZoom={(fromMs, toMs) => selection.setRange({ kind: 'custom', fromMs, toMs })}
        />
      ))}
    </Panel>
  );
}

/** How the lines were made, or why there are none; one line that is always there. */
function ChartNote(props: { readonly feed: ChartFeed; readonly selection: ChartSelection }): JSX.Element {
  const { devices } = useServices();
  const t = useT();
  const language = useLanguage();
  const state = useCell(props.feed.state);
  useCell(devices.structure);
  if (state.status === 'failed')
    return (
      <p class="chart-note is-abnormal" role="alert">
        <WarningSign /> {t('chart.failed', { reason: state.error ?? '' })} {t('common.retrying')}
      </p>
    );
  const every = everyOf(props.selection.range);
  const text = every === undefined ? t('chart.asTaken') : t('chart.buckets', { width: widthText(every, language) });
  return <p class="chart-note">{state.status === 'loading' ? t('common.loading') : text}</p>;
}
