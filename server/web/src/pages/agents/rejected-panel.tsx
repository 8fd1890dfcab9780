import type { JSX } from 'preact';
import { formatCount } from '../../format/number.ts';
import { metricName } from '../../live/metric-groups.ts';
import { Moment } from '../../ui/age.tsx';
import { useLanguage, useT } from '../../ui/context.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Panel } from '../../ui/panel.tsx';
import { SubjectLink } from '../../ui/subject-link.tsx';
import type { Polled } from '../../ui/use-polled.ts';
import type { Rejected } from './rejected-list.ts';

interface RejectedPanelProps {
  readonly id: string;
  readonly rejected: Polled<readonly Rejected[]>;
}

/** Which values of an agent the store refused: whose, of when, and why. */
export function RejectedPanel(props: RejectedPanelProps): JSX.Element {
  const t = useT();
  const { value, error } = props.rejected;
  return (
    <Panel id="rejected" class="area-rejected" title={t('rejected.title', { name: props.id })}>
      {error !== undefined && <ErrorNote reason={error} />}
      {value && value.length > 0 && <RejectedTable items={value} />}
      {value && <p class="panel-note note">{t(value.length === 0 ? 'rejected.before' : 'rejected.hint')}</p>}
    </Panel>
  );
}

function RejectedTable(props: { readonly items: readonly Rejected[] }): JSX.Element {
  const t = useT();
  return (
    <div class="table-scroll">
      <table class="table explanations rejected">
        <thead>
          <tr>
            <th scope="col" class="col-devices">
              {t('rejected.device')}
            </th>
            <th scope="col">{t('rejected.what')}</th>
            <th scope="col" class="col-readings">
              {t('rejected.time')}
            </th>
            <th scope="col" class="col-value number">
              {t('column.value')}
            </th>
            <th scope="col" class="col-count number">
              {t('rejected.count')}
            </th>
          </tr>
        </thead>
        <tbody>
          {props.items.map((item) => (
            <RejectedRow key={`${item.device} ${item.metric}`} item={item} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function RejectedRow(props: { readonly item: Rejected }): JSX.Element {
  const t = useT();
  const language = useLanguage();
  const { device, metric, timeMs, value, reason, count } = props.item;
  return (
    <tr>
      <td>
        <SubjectLink subject={device} />
      </td>
      <td>
        <span title={metric}>{metricName(metric, language)}</span>
        <p class="note" lang="en">
          {reason}
        </p>
      </td>
      <td>
        <Moment timeMs={timeMs} />
      </td>
      <td class="number value">{value === null ? t('common.none') : Number(value.toPrecision(7))}</td>
      <td class="col-count number">{formatCount(count)}</td>
    </tr>
  );
}
