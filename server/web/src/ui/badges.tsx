import type { JSX } from 'preact';
import type { Alert, Presence, Severity } from '../contract.ts';
import { useCell, useServices, useT } from './context.ts';
import { PresenceSign, SeveritySign } from './icons.tsx';

/** While nothing is current nobody is known to be online: only that it was. */
export function PresenceBadge(props: { readonly presence: Presence }): JSX.Element {
  const t = useT();
  const isNothingCurrent = useCell(useServices().isNothingCurrent);
  if (isNothingCurrent && props.presence === 'online')
    return (
      <span class="badge presence-was">
        <PresenceSign presence="stale" />
        {t('presence.was')}
      </span>
    );
  return (
    <span class={`badge presence-${props.presence}`}>
      <PresenceSign presence={props.presence} />
      {t(`presence.${props.presence}`)}
    </span>
  );
}

/** A severity that has ended is drawn hollow. */
export function SeverityBadge(props: { readonly severity: Severity; readonly active: boolean }): JSX.Element {
  const t = useT();
  return (
    <span class={`badge severity-${props.severity} ${props.active ? 'is-active' : 'is-over'}`}>
      <SeveritySign severity={props.severity} />
      {t(`severity.${props.severity}`)}
    </span>
  );
}

export function AlertStateBadge(props: { readonly state: Alert['state'] }): JSX.Element {
  const t = useT();
  return (
    <span class="badge alert-state">
      <span class="alert-letter">{props.state}</span>
      {t(`alertState.${props.state}`)}
    </span>
  );
}
