import type { JSX } from 'preact';
import { MAX_CHARTED } from '../../charts/plan.ts';
import { groupMetrics } from '../../live/metric-groups.ts';
import type { PointTable, SeriesKey } from '../../live/point-table.ts';
import { useCell, useServices, useT } from '../../ui/context.ts';
import { Panel } from '../../ui/panel.tsx';
import type { ChartSelection } from './use-chart-selection.ts';
import { ValueRow } from './value-row.tsx';

interface ValuesPanelProps {
  readonly id: string;
  readonly table: PointTable;
  readonly selection: ChartSelection;
}

/** Every value of the device with its unit, quality in words and age, in groups. */
export function ValuesPanel(props: ValuesPanelProps): JSX.Element {
  const { devices, lostAgents, isNothingCurrent } = useServices();
  const t = useT();
  const isLinkLost = useCell(isNothingCurrent);
  const lost = useCell(lostAgents);
  useCell(devices.structure);
  const isAgentLost = lost.has(devices.get(props.id)?.agent ?? '');
  const { table, selection } = props;
  const row = (series: SeriesKey) => (
    <ValueRow
      key={series.metric}
      series={series}
      table={table}
      isLinkLost={isLinkLost}
      isAgentLost={isAgentLost}
      selection={selection}
    />
  );
  return (
    <Panel id="values" title={t('device.values')} class="area-values" aside={selection.isFull && <Full />}>
      {table.series.length === 0 ? (
        <p class="empty">{isLinkLost ? t('device.noValues') : t('common.waiting')}</p>
      ) : (
        <div class="table-scroll">
          <table class="table values">
            <ValuesHead />
            {groupMetrics(table.series).map(({ group, metrics }) => (
              <tbody key={group}>
                <tr class="group">
                  <th colSpan={6} scope="rowgroup">
                    {t(`group.${group}`)}
                  </th>
                </tr>
                {metrics.map(row)}
              </tbody>
            ))}
          </table>
        </div>
      )}
    </Panel>
  );
}

function Full(): JSX.Element {
  const t = useT();
  return <span class="note">{t('device.chartFull', { n: MAX_CHARTED })}</span>;
}

function ValuesHead(): JSX.Element {
  const t = useT();
  return (
    <thead>
      <tr>
        <th scope="col" class="col-check">
          {t('device.chart')}
        </th>
        <th scope="col" class="col-metric">
          {t('column.metric')}
        </th>
        <th scope="col" class="col-value number">
          {t('column.value')}
        </th>
        <th scope="col" class="col-unit">
          {t('column.unit')}
        </th>
        <th scope="col" class="col-quality">
          {t('column.quality')}
        </th>
        <th scope="col" class="col-age number">
          {t('column.age')}
        </th>
      </tr>
    </thead>
  );
}
