import type { JSX } from 'preact';
import { formatCount } from '../../format/number.ts';
import { metricName } from '../../live/metric-groups.ts';
import { useLanguage, useT } from '../../ui/context.ts';
import { type LostValues, type ShownGroup, shownLosses } from './explanation-list.ts';

/** How many values went with records, and, opened, of which metrics of which devices. */
export function Losses(props: { readonly losses: LostValues }): JSX.Element {
  const t = useT();
  const { losses } = props;
  const { groups, isCut } = shownLosses(losses);
  return (
    <details class="losses">
      <summary>{t('explained.lost', { n: losses.values })}</summary>
      <ul>
        {groups.map((group) => (
          <LossGroup key={group.metrics.join(' ')} group={group} />
        ))}
        {losses.otherValues > 0 && <li>{t('explained.otherValues', { n: losses.otherValues })}</li>}
        {losses.unreadRecords > 0 && <li>{t('explained.unread', { n: losses.unreadRecords })}</li>}
        {isCut && <li>{t('explained.moreGroups')}</li>}
      </ul>
    </details>
  );
}

function LossGroup(props: { readonly group: ShownGroup }): JSX.Element {
  const t = useT();
  const language = useLanguage();
  const { metrics, devices, more } = props.group;
  const counts = devices.map(({ device, values }) => `${device} ${formatCount(values)}`);
  if (more > 0) counts.push(t('explained.moreDevices', { n: more }));
  const separator = language === 'zh' ? '、' : ', ';
  return (
    <li>
      <strong>{metrics.map((metric) => metricName(metric, language)).join(separator)}</strong>
      <br />
      {t('explained.valuesOfEach', { list: counts.join(separator) })}
    </li>
  );
}
