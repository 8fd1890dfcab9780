import type { JSX } from 'preact';
import type { Delivery } from '../../contract.ts';
import { formatCount } from '../../format/number.ts';
import type { MessageKey } from '../../i18n/messages.ts';
import { useT, useTimeTexts } from '../../ui/context.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { PresenceSign, WarningSign } from '../../ui/icons.tsx';
import { Panel } from '../../ui/panel.tsx';
import type { Polled } from '../../ui/use-polled.ts';

interface DeliveryPanelProps {
  readonly id: string;
  /** null: the agent keeps no account. */
  readonly delivery: Polled<Delivery | null>;
}

/** The account of an agent's records: what it took is stored, waits, or is explained; nothing else is possible. */
export function DeliveryPanel(props: DeliveryPanelProps): JSX.Element {
  const t = useT();
  const time = useTimeTexts();
  const { value, error } = props.delivery;
  const asOf = value ? t('agents.asOf', { time: time.full(Date.parse(value.asOf)) }) : '';
  return (
    <Panel
      id="delivery"
      class="area-delivery"
      title={t('agents.delivery', { name: props.id })}
      aside={<span class="note">{asOf}</span>}
    >
      {error !== undefined && <ErrorNote reason={error} />}
      {value === null && <p class="empty">{t('agents.noDelivery')}</p>}
      {value === undefined && error === undefined && <p class="empty">{t('common.loading')}</p>}
      {value && <Account delivery={value} />}
    </Panel>
  );
}

function Account(props: { readonly delivery: Delivery }): JSX.Element {
  const t = useT();
  const { taken, stored, waiting, explained, rejectedValues, unprotected, epochs } = props.delivery;
  const isEven = taken === stored + waiting + explained;
  return (
    <>
      <table class="table account">
        <tbody>
          <AccountRow name="agents.taken" count={taken} />
          <AccountRow name="agents.stored" count={stored} />
          <AccountRow name="agents.waiting" count={waiting} />
          <AccountRow name="agents.explained" count={explained} isFault={explained > 0} />
          <AccountRow name="agents.rejected" count={rejectedValues} isFault={rejectedValues > 0} />
          <AccountRow name="agents.unprotected" count={unprotected} isFault={unprotected > 0} />
        </tbody>
      </table>
      <p class={`panel-note ${isEven ? '' : 'is-abnormal'}`}>
        {isEven ? <PresenceSign presence="online" /> : <WarningSign />}{' '}
        {t(isEven ? 'agents.balanced' : 'agents.unbalanced')}. {t('agents.deliveryHint')}
      </p>
      <p class="panel-note note">{epochs.map(({ epoch }) => t('agents.epoch', { epoch })).join(' · ')}</p>
    </>
  );
}

function AccountRow(props: {
  readonly name: MessageKey;
  readonly count: number;
  readonly isFault?: boolean;
}): JSX.Element {
  const t = useT();
  return (
    <tr class={props.isFault ? 'is-abnormal' : undefined}>
      <th scope="row">
        {props.isFault && <WarningSign />} {t(props.name)}
      </th>
      <td class="number value">{formatCount(props.count)}</td>
    </tr>
  );
}
