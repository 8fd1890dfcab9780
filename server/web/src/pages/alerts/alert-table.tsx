import type { JSX } from 'preact';
import type { Alert } from '../../contract.ts';
import { formatAge } from '../../format/age.ts';
import { formatValue } from '../../format/number.ts';
import { Age, Moment } from '../../ui/age.tsx';
import { AlertStateBadge, SeverityBadge } from '../../ui/badges.tsx';
import { useLanguage, useT } from '../../ui/context.ts';
import { SubjectLink } from '../../ui/subject-link.tsx';

export function AlertTable(props: { readonly alerts: readonly Alert[] }): JSX.Element {
  const t = useT();
  return (
    <div class="table-scroll">
      <table class="table alert-table">
        <thead>
          <tr>
            <th scope="col" class="col-severity">
              {t('alerts.severity')}
            </th>
            <th scope="col" class="col-alert-state">
              {t('alerts.state')}
            </th>
            <th scope="col">{t('alerts.text')}</th>
            <th scope="col" class="col-subject">
              {t('alerts.subject')}
            </th>
            <th scope="col" class="col-limit number">
              {t('alerts.value')}
            </th>
            <th scope="col" class="col-time">
              {t('alerts.raised')}
            </th>
            <th scope="col" class="col-time">
              {t('alerts.cleared')}
            </th>
            <th scope="col" class="col-age number">
              {t('alerts.duration')}
            </th>
          </tr>
        </thead>
        <tbody>
          {props.alerts.map((alert) => (
            <AlertRow key={alert.id} alert={alert} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function AlertRow(props: { readonly alert: Alert }): JSX.Element {
  const t = useT();
  const language = useLanguage();
  const { alert } = props;
  return (
    <tr class={alert.active ? undefined : 'is-over'}>
      <td>
        <SeverityBadge severity={alert.severity} active={alert.active} />
      </td>
      <td>
        <AlertStateBadge state={alert.state} />
      </td>
      <td class="alert-text" title={alert.text[language]}>
        {alert.text[language]}
      </td>
      <td>
        <SubjectLink subject={alert.subject} />
      </td>
      <td class="number">{limitText(alert, t('common.none'))}</td>
      <td>
        <Moment timeMs={alert.raisedMs} />
      </td>
      <td>{alert.clearedMs === null ? t('alerts.stillActive') : <Moment timeMs={alert.clearedMs} />}</td>
      <td class="number">
        {alert.clearedMs === null ? (
          <Age timeMs={alert.raisedMs} />
        ) : (
          formatAge(alert.clearedMs - alert.raisedMs, language)
        )}
      </td>
    </tr>
  );
}

function limitText(alert: Alert, none: string): string {
  const { value, limit } = alert;
  if (value === null && limit === null) return none;
  const unit = alert.unit ?? '';
  const text = (number: number | null) => (number === null ? none : formatValue(number, unit));
  return `${text(value)} / ${text(limit)} ${unit}`;
}
