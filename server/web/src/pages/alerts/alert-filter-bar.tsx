import type { JSX } from 'preact';
import { SEVERITIES } from '../../contract.ts';
import { withQuery } from '../../router/route.ts';
import { useCell, useServices, useT } from '../../ui/context.ts';
import { Select } from '../../ui/select.tsx';
import { ALERT_STATES, type AlertFilter, PERIODS } from './alert-filter.ts';

export function AlertFilterBar(props: { readonly filter: AlertFilter }): JSX.Element {
  const { router } = useServices();
  const t = useT();
  const { query } = useCell(router.place);
  const { filter } = props;
  const change = (name: string) => (value: string) => router.replace(withQuery('/alerts', query, { [name]: value }));
  const all = { value: '', text: t('common.all') };
  return (
    <search class="filters">
      <Select
        label={t('alerts.show')}
        value={filter.period}
        options={PERIODS.map((period) => ({ value: period, text: t(`alerts.${period}`) }))}
        onChange={(value) => change('show')(value === 'now' ? '' : value)}
      />
      <Select
        label={t('alerts.severity')}
        value={filter.severity ?? ''}
        options={[all, ...SEVERITIES.map((severity) => ({ value: severity, text: t(`severity.${severity}`) }))]}
        onChange={change('severity')}
      />
      <Select
        label={t('alerts.state')}
        value={filter.state ?? ''}
        options={[
          all,
          ...ALERT_STATES.map((state) => ({ value: state, text: `${state} ${t(`alertState.${state}`)}` })),
        ]}
        onChange={change('state')}
      />
      <label class="field field-search">
        <span>{t('alerts.search')}</span>
        <input
          type="search"
          value={filter.text}
          placeholder={t('alerts.searchHint')}
          maxLength={200}
          onInput={(event) => change('q')(event.currentTarget.value)}
        />
      </label>
    </search>
  );
}
