import type { JSX } from 'preact';
import { quantityOf } from '../../../../../edge/protocol/quantities.ts';
import { formatValue } from '../../format/number.ts';
import type { Translate } from '../../i18n/translate.ts';
import { metricName } from '../../live/metric-groups.ts';
import type { PointTable, SeriesKey } from '../../live/point-table.ts';
import { type ReadingState, readingState } from '../../live/reading-state.ts';
import { Age } from '../../ui/age.tsx';
import { useLanguage, useT } from '../../ui/context.ts';
import { MissingSign, PresenceSign } from '../../ui/icons.tsx';
import { LineSample } from './line-sample.tsx';
import type { ChartSelection } from './use-chart-selection.ts';

interface ValueRowProps {
  readonly series: SeriesKey;
  readonly table: PointTable;
  readonly isLinkLost: boolean;
  readonly isAgentLost: boolean;
  readonly selection: ChartSelection;
}

/** One value as what it is: current, old (greyed, with sign and words), or missing ("—", with the reason; never 0). */
export function ValueRow(props: ValueRowProps): JSX.Element {
  const language = useLanguage();
  const t = useT();
  const { series, table, selection } = props;
  const index = table.indexOf(series.device, series.metric) ?? -1;
  const state = readingState({
    value: table.value(index),
    hasText: table.text(index) !== undefined,
    quality: table.quality(index),
    isStale: table.isStale(index),
    isLinkLost: props.isLinkLost,
    isAgentLost: props.isAgentLost,
  });
  const name = metricName(series.metric, language);
  const charted = selection.metrics.indexOf(series.metric);
  const hasValue = state.kind === 'fresh' || state.kind === 'stale';
  return (
    <tr class={`reading reading-${state.kind}`} data-metric={series.metric} data-state={state.kind}>
      <td class="col-check">
        <input
          type="checkbox"
          checked={charted >= 0}
          disabled={charted < 0 && selection.isFull}
          aria-label={t('device.chartOf', { metric: name })}
          onChange={() => selection.toggle(series.metric)}
        />
        {charted >= 0 && <LineSample index={charted} />}
      </td>
      <th scope="row" title={series.metric}>
        {name}
      </th>
      <td class="number value">{hasValue ? valueText(table, index, series) : t('common.none')}</td>
      <td class="unit">{series.unit}</td>
      <td class="quality">
        <StateSign state={state} />
        {stateText(state, t)}
      </td>
      <td class="number">
        <Age timeMs={table.timeMs(index)} />
      </td>
    </tr>
  );
}

function valueText(table: PointTable, index: number, series: SeriesKey): string {
  return table.text(index) ?? formatValue(table.value(index), series.unit, quantityOf(series.metric)?.kind);
}

function StateSign(props: { readonly state: ReadingState }): JSX.Element {
  if (props.state.kind === 'fresh') return <PresenceSign presence="online" />;
  return props.state.kind === 'stale' ? <PresenceSign presence="stale" /> : <MissingSign />;
}

export function stateText(state: ReadingState, t: Translate): string {
  if (state.kind === 'fresh') return t('quality.good');
  if (state.kind === 'stale') return t(`reading.stale.${state.why}`);
  if (state.kind === 'never') return t('reading.never');
  const reason = t(`quality.${state.quality}`);
  return state.isOld ? t('reading.missingOld', { reason }) : reason;
}
