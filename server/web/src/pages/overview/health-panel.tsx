import type { JSX } from 'preact';
import { formatCount } from '../../format/number.ts';
import type { MessageKey } from '../../i18n/messages.ts';
import { AGE_BOUNDS_MS } from '../../live/device-table.ts';
import { Bar } from '../../ui/bar.tsx';
import { useCell, useGridNow, useServices, useT } from '../../ui/context.ts';
import { PresenceSign, WarningSign } from '../../ui/icons.tsx';
import { Panel } from '../../ui/panel.tsx';

/** What carries the picture: server, broker and store, and how old the devices' readings are. */
export function HealthPanel(): JSX.Element {
  const { live, health } = useServices();
  const { phase } = useCell(live.link);
  const { broker, store } = useCell(health);
  const t = useT();
  const isHeard = phase === 'live';
  return (
    <Panel id="health" title={t('overview.health')} class="area-health">
      <table class="table health">
        <tbody>
          <HealthRow name="overview.server" ok={isHeard} reason={t(isHeard ? 'overview.answers' : 'overview.noWord')} />
          <HealthRow name="overview.broker" ok={isHeard ? broker?.ok : undefined} reason={broker?.reason} isForeign />
          <HealthRow name="overview.store" ok={isHeard ? store?.ok : undefined} reason={store?.reason} isForeign />
        </tbody>
      </table>
      <AgeTable />
    </Panel>
  );
}

interface HealthRowProps {
  readonly name: MessageKey;
  /** undefined: not known. */
  readonly ok: boolean | undefined;
  readonly reason: string | undefined;
  /** The reason is in the server's own words, which are English. */
  readonly isForeign?: boolean;
}

function HealthRow(props: HealthRowProps): JSX.Element {
  const t = useT();
  const { ok } = props;
  const word = ok === undefined ? 'common.unknown' : ok ? 'overview.ok' : 'overview.notOk';
  return (
    <tr>
      <th scope="row">{t(props.name)}</th>
      <td class="col-word">
        <span class={`badge health-${ok === undefined ? 'unknown' : ok ? 'ok' : 'fault'}`}>
          {ok === true ? <PresenceSign presence="online" /> : <WarningSign />}
          {t(word)}
        </span>
      </td>
      <td class="note" lang={props.isForeign ? 'en' : undefined} title={props.reason}>
        {ok === undefined ? '' : props.reason}
      </td>
    </tr>
  );
}

const AGE_KEYS = ['overview.age.0', 'overview.age.1', 'overview.age.2', 'overview.age.3', 'overview.age.4'] as const;

/** Counts on every second: a district that goes quiet is seen before anything is lost. */
function AgeTable(): JSX.Element {
  const { devices } = useServices();
  const nowMs = useGridNow();
  const t = useT();
  const counts = nowMs === undefined ? [] : devices.countByAge(nowMs);
  return (
    <table class="table ages">
      <caption>{t('overview.ages')}</caption>
      <tbody>
        {AGE_KEYS.map((key, i) => {
          const count = counts[i] ?? 0;
          const isOld = i >= AGE_BOUNDS_MS.length && count > 0;
          return (
            <tr key={key} class={isOld ? 'is-abnormal' : undefined}>
              <th scope="row">{t(key)}</th>
              <td class="bar-cell">
                <Bar value={count} max={devices.size} />
              </td>
              <td class="number">{formatCount(count)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
