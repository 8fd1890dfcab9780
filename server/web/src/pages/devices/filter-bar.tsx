import type { JSX } from 'preact';
import type { Presence } from '../../contract.ts';
import { type DeviceFilter, SORTS } from '../../live/device-filter.ts';
import { withQuery } from '../../router/route.ts';
import { useCell, useServices, useT } from '../../ui/context.ts';
import { Select } from '../../ui/select.tsx';

const PRESENCES: readonly Presence[] = ['online', 'stale', 'offline'];

/** Search and filters; all of it stands in the address. */
export function FilterBar(props: { readonly filter: DeviceFilter }): JSX.Element {
  const { devices, agents, router } = useServices();
  const t = useT();
  const { query } = useCell(router.place);
  useCell(devices.structure);
  const agentRows = useCell(agents);
  const { filter } = props;
  const change = (name: string) => (value: string) => router.replace(withQuery('/devices', query, { [name]: value }));
  const all = { value: '', text: t('common.all') };
  const named = (name: string) => ({ value: name, text: name });
  return (
    <search class="filters">
      <label class="field field-search">
        <span>{t('devices.search')}</span>
        <input
          type="search"
          value={filter.text}
          placeholder={t('devices.searchHint')}
          maxLength={200}
          onInput={(event) => change('q')(event.currentTarget.value)}
        />
      </label>
      <Select
        label={t('column.state')}
        value={filter.presence ?? ''}
        options={[all, ...PRESENCES.map((presence) => ({ value: presence, text: t(`presence.${presence}`) }))]}
        onChange={change('state')}
      />
      <Select
        label={t('column.model')}
        value={filter.model ?? ''}
        options={[all, ...devices.models().map(named)]}
        onChange={change('model')}
      />
      <Select
        label={t('column.agent')}
        value={filter.agent ?? ''}
        options={[all, ...agentRows.map((agent) => named(agent.id))]}
        onChange={change('agent')}
      />
      <Select
        label={t('devices.sort')}
        value={filter.sort}
        options={SORTS.map((sort) => ({ value: sort, text: t(`devices.sort.${sort}`) }))}
        onChange={(value) => change('sort')(value === 'id' ? '' : value)}
      />
    </search>
  );
}
