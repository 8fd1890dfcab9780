import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Alert, DeviceRow } from '../../contract.ts';
import { isMessageKey } from '../../i18n/translate.ts';
import { agentHref, deviceHref } from '../../router/route.ts';
import { Age, Moment } from '../../ui/age.tsx';
import { PresenceBadge, SeverityBadge } from '../../ui/badges.tsx';
import { useT } from '../../ui/context.ts';

interface DeviceRowViewProps {
  readonly row: DeviceRow;
  readonly index: number;
  readonly isTabbable: boolean;
  readonly lastReadingMs: number | undefined;
  readonly isAgentLost: boolean;
  readonly alert: Alert | undefined;
  readonly onFocusRow: (id: string) => void;
}

export function DeviceRowView(props: DeviceRowViewProps): JSX.Element {
  const t = useT();
  const { row } = props;
  // An agent that is lost cannot say that its devices are: they are not online for us.
  const presence = props.isAgentLost && row.presence === 'online' ? 'stale' : row.presence;
  const kind = `kind.${row.kind}`;
  const tabIndex = props.isTabbable ? 0 : -1;
  return (
    <tr ref={useFocusKeeper()} aria-rowindex={props.index + 2} class={presence === 'online' ? undefined : 'is-old'}>
      <th scope="row">
        <a class="row-link" href={deviceHref(row.id)} tabIndex={tabIndex} onFocus={() => props.onFocusRow(row.id)}>
          {row.id}
        </a>
      </th>
      <td>
        <PresenceBadge presence={presence} />
      </td>
      <td class="number">
        <Age timeMs={props.lastReadingMs} />
      </td>
      <td>{props.alert && <SeverityBadge severity={props.alert.severity} active={props.alert.active} />}</td>
      <td title={row.model ?? undefined}>{row.model ?? t('common.unknown')}</td>
      <td>{isMessageKey(kind) ? t(kind) : row.kind}</td>
      <td>
        <a href={agentHref(row.agent)} tabIndex={-1}>
          {row.agent}
        </a>
      </td>
      <td>
        <Moment timeMs={row.sinceMs} />
      </td>
    </tr>
  );
}

/** When a row leaves with the focus in it, the list takes the focus; otherwise the keyboard would be at the page's top. */
function useFocusKeeper() {
  const row = useRef<HTMLTableRowElement>(null);
  // A layout effect: its clean-up runs while the row is still there; that of an effect comes after the next paint.
  useLayoutEffect(() => {
    const element = row.current;
    const list = element?.closest<HTMLElement>('.list');
    return () => {
      if (element?.contains(document.activeElement)) list?.focus({ preventScroll: true });
    };
  }, []);
  return row;
}
