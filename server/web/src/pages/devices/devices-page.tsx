import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { type DeviceFilter, filterDevices, parseFilter } from '../../live/device-filter.ts';
import { withQuery } from '../../router/route.ts';
import { useCell, useServices, useT } from '../../ui/context.ts';
import { PageHead } from '../../ui/page-head.tsx';
import { DeviceTableView } from './device-table-view.tsx';
import { FilterBar } from './filter-bar.tsx';

/** Ticks between two orderings by age: rows that change places every second cannot be read. */
const AGE_ORDER_TICKS = 5;

export function DevicesPage(): JSX.Element {
  const { devices, router, isNothingCurrent } = useServices();
  const t = useT();
  const { query } = useCell(router.place);
  const isOld = useCell(isNothingCurrent);
  useCell(devices.structure);
  const filter = useMemo(() => parseFilter(query), [query]);
  const ids = useFilteredIds(filter);
  const isFiltered = ids.length < devices.size;
  const count = isFiltered
    ? t('devices.countOf', { n: ids.length, total: devices.size })
    : t('devices.count', { n: devices.size });
  return (
    <div class={`fill ${isOld ? 'is-old' : ''}`}>
      <PageHead title={t('devices.title')}>
        <span class="page-count" role="status">
          {devices.isLoaded ? count : t('common.waiting')}
        </span>
      </PageHead>
      <FilterBar filter={filter} />
      <DeviceTableView ids={ids} empty={emptyText()} />
    </div>
  );

  function emptyText(): JSX.Element | string {
    if (!devices.isLoaded) return t('common.waiting');
    if (devices.size === 0) return t('devices.empty');
    const cleared = { q: '', state: '', model: '', agent: '' };
    return (
      <>
        {t('devices.none')}{' '}
        <button type="button" onClick={() => router.replace(withQuery('/devices', query, cleared))}>
          {t('devices.clear')}
        </button>
      </>
    );
  }
}

function useFilteredIds(filter: DeviceFilter): readonly string[] {
  const { devices, tick } = useServices();
  const structure = useCell(devices.structure);
  const ticks = useCell(tick);
  const order = filter.sort === 'age' ? Math.floor(ticks / AGE_ORDER_TICKS) : 0;
  return useMemo(() => filterDevices(devices, filter), [devices, structure, filter, order]);
}
