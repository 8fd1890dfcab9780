import type { JSX } from 'preact';
import { Moment } from '../../ui/age.tsx';
import { AlertStateBadge, SeverityBadge } from '../../ui/badges.tsx';
import { useCell, useLanguage, useServices, useT } from '../../ui/context.ts';

/**
 * The alerts that are not normal now of this device, and of the agent that reads it. One line is always there, so that the
 * first alert pushes nothing aside.
 */
export function DeviceAlerts(props: { readonly id: string }): JSX.Element {
  const { alerts, devices, isNothingCurrent } = useServices();
  const isUnknown = useCell(isNothingCurrent);
  const language = useLanguage();
  const t = useT();
  const list = useCell(alerts.current);
  const agent = devices.get(props.id)?.agent;
  const own = list.filter((alert) => alert.subject === props.id || alert.subject === agent);
  return (
    <ul class="device-alerts" aria-label={t('device.alerts')}>
      {own.length === 0 && <li class="note">{t(isUnknown ? 'overview.alertsUnknown' : 'device.noAlerts')}</li>}
      {own.map((alert) => (
        <li key={alert.id}>
          <SeverityBadge severity={alert.severity} active={alert.active} />
          <span>{alert.text[language]}</span>
          <AlertStateBadge state={alert.state} />
          <Moment timeMs={alert.raisedMs} />
        </li>
      ))}
    </ul>
  );
}
