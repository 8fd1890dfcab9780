import type { JSX } from 'preact';
import type { Agent } from '../../contract.ts';
import { Age } from '../../ui/age.tsx';
import { useT } from '../../ui/context.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { PresenceSign } from '../../ui/icons.tsx';
import { Panel } from '../../ui/panel.tsx';
import type { Polled } from '../../ui/use-polled.ts';

/** What an agent says of itself, under the names it uses: uptime, outbox depth, cycle times. */
export function NodeMetricsPanel(props: { readonly id: string; readonly agent: Polled<Agent> }): JSX.Element {
  const t = useT();
  const { value, error } = props.agent;
  return (
    <Panel id="node-metrics" class="area-metrics" title={t('agents.metrics', { name: props.id })}>
      {error !== undefined && <ErrorNote reason={error} />}
      {value === undefined && error === undefined && <p class="empty">{t('common.loading')}</p>}
      {value && value.metrics.length === 0 && <p class="empty">{t('agents.noMetrics')}</p>}
      {value && value.metrics.length > 0 && <MetricTable metrics={value.metrics} />}
    </Panel>
  );
}

type NodeMetric = Agent['metrics'][number];

function MetricTable(props: { readonly metrics: readonly NodeMetric[] }): JSX.Element {
  const t = useT();
  return (
    <div class="table-scroll">
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{t('column.metric')}</th>
            <th scope="col" class="number">
              {t('column.value')}
            </th>
            <th scope="col" class="col-age number">
              {t('column.age')}
            </th>
          </tr>
        </thead>
        <tbody>
          {props.metrics.map((metric) => (
            <tr key={metric.name} class={metric.stale ? 'is-old' : undefined}>
              <th scope="row" lang="en">
                {metric.name}
              </th>
              <td class="number value">
                {metric.stale && <PresenceSign presence="stale" />} {valueText(metric.value) ?? t('common.none')}
              </td>
              <td class="number">
                <Age timeMs={metric.timeMs} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function valueText(value: NodeMetric['value']): string | undefined {
  if (value === null) return undefined;
  return typeof value === 'number' ? String(Number(value.toPrecision(7))) : String(value);
}
