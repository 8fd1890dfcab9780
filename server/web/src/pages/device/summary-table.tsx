import type { JSX } from 'preact';
import { quantityOf } from '../../../../../edge/protocol/quantities.ts';
import type { ChartFeed } from '../../charts/chart-feed.ts';
import { summarise, valueAt } from '../../charts/summary.ts';
import { formatValue } from '../../format/number.ts';
import { metricName } from '../../live/metric-groups.ts';
import { useCell, useLanguage, useT, useTimeTexts } from '../../ui/context.ts';
import { LineSample } from './line-sample.tsx';

interface SummaryTableProps {
  readonly unit: string;
  readonly metrics: readonly string[];
  readonly order: readonly string[];
  readonly feed: ChartFeed;
  readonly cursorMs: number | undefined;
  readonly label: string;
}

/** Legend and numbers of a chart; where the pointer stands, the values there. */
export function SummaryTable(props: SummaryTableProps): JSX.Element {
  const t = useT();
  const time = useTimeTexts();
  const { cursorMs } = props;
  return (
    <table class="table summary">
      <caption class="visually-hidden">{props.label}</caption>
      <thead>
        <tr>
          <th scope="col">{t('column.metric')}</th>
          <th scope="col" class="number">
            {t('chart.last')}
          </th>
          <th scope="col" class="number col-min">
            {t('chart.min')}
          </th>
          <th scope="col" class="number col-mean">
            {t('chart.mean')}
          </th>
          <th scope="col" class="number">
            {t('chart.max')}
          </th>
          <th scope="col" class="number col-coverage">
            {t('chart.coverage')}
          </th>
          {cursorMs === undefined ? (
            <td class="col-cursor" />
          ) : (
            <th scope="col" class="number col-cursor">
              {t('chart.cursor', { time: time.short(cursorMs) })}
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {props.metrics.map((metric) => (
          <SummaryRow key={metric} metric={metric} {...props} />
        ))}
      </tbody>
    </table>
  );
}

function SummaryRow(props: SummaryTableProps & { readonly metric: string }): JSX.Element {
  const { metric, unit, feed, cursorMs } = props;
  const language = useLanguage();
  const t = useT();
  useCell(feed.state);
  const { main, low, high, expected } = feed.columns(metric);
  const summary = summarise(main, expected, low, high);
  const text = (value: number | null | undefined) =>
    value === null || value === undefined ? t('common.none') : formatValue(value, unit, quantityOf(metric)?.kind);
  const coverage = summary.coverage === null ? t('common.none') : `${(100 * summary.coverage).toFixed(1)} %`;
  return (
    <tr>
      <th scope="row">
        <LineSample index={props.order.indexOf(metric)} /> {metricName(metric, language)}
      </th>
      <td class="number">{text(summary.last)}</td>
      <td class="number col-min">{text(summary.min)}</td>
      <td class="number col-mean">{text(summary.mean)}</td>
      <td class="number">{text(summary.max)}</td>
      <td class="number col-coverage">{coverage}</td>
      <td class="number col-cursor">{cursorMs === undefined ? '' : text(valueAt(main, cursorMs))}</td>
    </tr>
  );
}
