import type { JSX } from 'preact';
import { Age } from '../../ui/age.tsx';
import { SeverityBadge } from '../../ui/badges.tsx';
import { useCell, useLanguage, useServices, useT } from '../../ui/context.ts';
import { Panel } from '../../ui/panel.tsx';
import { SubjectLink } from '../../ui/subject-link.tsx';

/** Rows that the panel has room for; the rest is one link away. */
const MAX_ROWS = 8;

export function AlertsNow(): JSX.Element {
  const { alerts, isNothingCurrent } = useServices();
  const isUnknown = useCell(isNothingCurrent);
  const list = useCell(alerts.current);
  const language = useLanguage();
  const t = useT();
  const aside = <a href="/alerts">{t('overview.allAlerts', { n: list.length })}</a>;
  return (
    <Panel id="alerts-now" title={t('overview.alertsNow')} class="area-alerts" aside={aside}>
      {list.length === 0 ? (
        <p class="empty">{t(isUnknown ? 'overview.alertsUnknown' : 'overview.noAlerts')}</p>
      ) : (
        <table class="table">
          <thead>
            <tr>
              <th scope="col" class="col-severity">
                {t('alerts.severity')}
              </th>
              <th scope="col">{t('alerts.text')}</th>
              <th scope="col" class="col-subject">
                {t('alerts.subject')}
              </th>
              <th scope="col" class="col-age number">
                {t('column.age')}
              </th>
            </tr>
          </thead>
          <tbody>
            {list.slice(0, MAX_ROWS).map((alert) => (
              <tr key={alert.id}>
                <td>
                  <SeverityBadge severity={alert.severity} active={alert.active} />
                </td>
                <td class="alert-text" title={alert.text[language]}>
                  {alert.text[language]}
                </td>
                <td>
                  <SubjectLink subject={alert.subject} />
                </td>
                <td class="number">
                  <Age timeMs={alert.raisedMs} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
