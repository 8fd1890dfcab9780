import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { useCell, useServices, useT, useTimeTexts } from '../../ui/context.ts';
import { ErrorNote } from '../../ui/error-note.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { filterAlerts, parseAlertFilter, withCurrent } from './alert-filter.ts';
import { AlertFilterBar } from './alert-filter-bar.tsx';
import { AlertTable } from './alert-table.tsx';
import { useAlertHistory } from './use-alert-history.ts';

/** What is not normal now, or what was raised in a past period. */
export function AlertsPage(): JSX.Element {
  const { alerts, router, isNothingCurrent, live } = useServices();
  const t = useT();
  const time = useTimeTexts();
  const { query } = useCell(router.place);
  const isOld = useCell(isNothingCurrent);
  const { lastGoodMs } = useCell(live.link);
  const current = useCell(alerts.current);
  const filter = useMemo(() => parseAlertFilter(query), [query]);
  const history = useAlertHistory(filter.period);
  const known = filter.period === 'now' ? current : withCurrent(history.alerts, current, history.fromMs);
  const list = filterAlerts(known, filter);
  return (
    <div class={isOld ? 'is-old' : undefined}>
      <PageHead title={t('alerts.title')}>
        <span class="page-count" role="status">
          {t('alerts.count', { n: list.length })}
        </span>
        {isOld && lastGoodMs !== null && <span class="note">{t('alerts.asOf', { time: time.full(lastGoodMs) })}</span>}
      </PageHead>
      <AlertFilterBar filter={filter} />
      {history.error !== undefined && <ErrorNote reason={history.error} />}
      <div class="panel">
        {list.length > 0 ? <AlertTable alerts={list} /> : <p class="empty">{emptyText()}</p>}
        {history.more && (
          <p class="panel-note">
            <button type="button" onClick={history.more}>
              {t('common.more')}
            </button>
          </p>
        )}
      </div>
    </div>
  );

  function emptyText(): string {
    if (history.isLoading) return t('common.loading');
    if (known.length > 0 || filter.period !== 'now') return t('alerts.none');
    return t(isOld ? 'overview.alertsUnknown' : 'overview.noAlerts');
  }
}
