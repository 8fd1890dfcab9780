import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { formatValue } from '../../format/number.ts';
import type { MessageKey } from '../../i18n/messages.ts';
import { HEAT_METRICS, LOAD_METRICS } from '../../live/fleet-metrics.ts';
import { metricName } from '../../live/metric-groups.ts';
import type { PointTable } from '../../live/point-table.ts';
import { refreshed, type TopEntry, topOf } from '../../live/top.ts';
import { deviceHref } from '../../router/route.ts';
import { Bar } from '../../ui/bar.tsx';
import { useCell, useLanguage, useServices, useT } from '../../ui/context.ts';
import { Panel } from '../../ui/panel.tsx';

const LOAD: ReadonlySet<string> = new Set(LOAD_METRICS);
const HEAT: ReadonlySet<string> = new Set(HEAT_METRICS);
const ROWS = 8;
/** Seconds between two rankings. */
const RANK_TICKS = 10;

/** The load at a glance: who draws most and which transformer is hottest, of all devices, once a second. */
export function LoadPanels(): JSX.Element {
  const { tick, isNothingCurrent, fleet } = useServices();
  useCell(tick);
  const isOld = useCell(isNothingCurrent);
  return (
    <>
      <TopPanel id="top-load" title="overview.load" table={fleet} metrics={LOAD} class="area-load" isOld={isOld} />
      <TopPanel id="top-heat" title="overview.heat" table={fleet} metrics={HEAT} class="area-heat" isOld={isOld} />
    </>
  );
}

interface TopPanelProps {
  readonly id: string;
  readonly title: MessageKey;
  readonly table: PointTable;
  readonly metrics: ReadonlySet<string>;
  readonly class: string;
  readonly isOld: boolean;
}

function TopPanel(props: TopPanelProps): JSX.Element {
  const t = useT();
  const entries = useCalmTop(props);
  const highest = Math.max(...entries.map((entry) => entry.value));
  return (
    <Panel id={props.id} title={t(props.title)} class={`${props.class} ${props.isOld ? 'is-old' : ''}`}>
      {entries.length === 0 ? (
        <p class="empty">{t('overview.noValues')}</p>
      ) : (
        <table class="table top">
          <thead class="visually-hidden">
            <tr>
              <th scope="col">{t('column.device')}</th>
              <th scope="col">{t('column.metric')}</th>
              <th scope="col">{t('column.value')}</th>
            </tr>
          </thead>
          <tbody>
            {entries.map((entry, place) => (
              <TopRow key={`place ${place}`} entry={entry} highest={highest} />
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

/**
 * Values of now in an order that is made anew every few seconds only: rows that change places each second can neither be
 * read nor clicked. While nothing is current the last picture stays, greyed: an empty list would look like "no load".
 */
function useCalmTop(props: TopPanelProps): readonly TopEntry[] {
  const { table, metrics, isOld } = props;
  const ticks = useCell(useServices().tick);
  const kept = useRef<readonly TopEntry[]>([]);
  const rankedAt = useRef(Number.NEGATIVE_INFINITY);
  if (isOld) return kept.current;
  const left = refreshed(kept.current, table);
  const isDue = left.length < ROWS || ticks - rankedAt.current >= RANK_TICKS;
  if (isDue) rankedAt.current = ticks;
  kept.current = isDue ? topOf(table, metrics, ROWS) : left;
  return kept.current;
}

function TopRow(props: { readonly entry: TopEntry; readonly highest: number }): JSX.Element {
  const language = useLanguage();
  const { device, metric, unit, value } = props.entry;
  return (
    <tr>
      <th scope="row">
        <a href={deviceHref(device)}>{device}</a>
      </th>
      <td class="bar-cell" title={metricName(metric, language)}>
        <Bar value={value} max={props.highest} />
        <span class="visually-hidden">{metricName(metric, language)}</span>
      </td>
      <td class="number value">
        {formatValue(value, unit)} <span class="unit">{unit}</span>
      </td>
    </tr>
  );
}
