import type { JSX } from 'preact';
import type { Explanation } from '../../contract.ts';
import { formatCount } from '../../format/number.ts';
import { Moment } from '../../ui/age.tsx';
import { useT } from '../../ui/context.ts';
import { SubjectLink } from '../../ui/subject-link.tsx';
import { explanationKey, namedDevices, reasonText } from './explanation-list.ts';
import { Losses } from './losses.tsx';

export function ExplanationTable(props: { readonly items: readonly Explanation[] }): JSX.Element {
  const t = useT();
  return (
    <div class="table-scroll">
      <table class="table explanations">
        <thead>
          <tr>
            <th scope="col">{t('explained.reason')}</th>
            <th scope="col" class="col-records number">
              {t('explained.records')}
            </th>
            <th scope="col" class="col-devices">
              {t('explained.devices')}
            </th>
            <th scope="col" class="col-readings">
              {t('explained.readings')}
            </th>
            <th scope="col" class="col-noted">
              {t('explained.noted')}
            </th>
          </tr>
        </thead>
        <tbody>
          {props.items.map((item) => (
            <ExplanationRow key={explanationKey(item)} explanation={item} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ExplanationRow(props: { readonly explanation: Explanation }): JSX.Element {
  const t = useT();
  const { reason, records, devices, from, to, explainedAt, losses } = props.explanation;
  return (
    <tr data-reason={reason}>
      <td>
        {reasonText(t, reason)}
        {losses !== null && <Losses losses={losses} />}
      </td>
      <td class="number">{formatCount(records)}</td>
      <td>
        <Devices devices={devices} />
      </td>
      <td>
        <ReadingTimes from={from} to={to} />
      </td>
      <td class="col-noted">
        <Moment timeMs={Date.parse(explainedAt)} />
      </td>
    </tr>
  );
}

function Devices(props: { readonly devices: readonly string[] }): JSX.Element {
  const t = useT();
  const { named, more } = namedDevices(props.devices);
  if (named.length === 0) return <>{t('explained.anyDevice')}</>;
  return (
    <span class="names">
      {named.map((device) => (
        <SubjectLink key={device} subject={device} />
      ))}
      {more > 0 && <span>{t('explained.moreDevices', { n: more })}</span>}
    </span>
  );
}

function ReadingTimes(props: Pick<Explanation, 'from' | 'to'>): JSX.Element {
  const t = useT();
  const { from, to } = props;
  if (from === null || to === null) return <>{t('common.none')}</>;
  if (from === to) return <Moment timeMs={Date.parse(from)} />;
  return (
    <>
      <Moment timeMs={Date.parse(from)} /> –<br />
      <Moment timeMs={Date.parse(to)} />
    </>
  );
}
