import type { JSX } from 'preact';
import { useCell, useServices, useT } from '../../ui/context.ts';
import { PageHead } from '../../ui/page-head.tsx';
import { AlertsNow } from './alerts-now.tsx';
import { FleetPanel } from './fleet-panel.tsx';
import { Freshness } from './freshness.tsx';
import { HealthPanel } from './health-panel.tsx';
import { LoadPanels } from './load-panels.tsx';

/** What is abnormal now, how fresh the picture is, and what carries it. */
export function OverviewPage(): JSX.Element {
  const t = useT();
  const isOld = useCell(useServices().isNothingCurrent);
  return (
    <div class={isOld ? 'is-old' : undefined}>
      <PageHead title={t('overview.title')} />
      <Freshness />
      <div class="overview-grid">
        <AlertsNow />
        <HealthPanel />
        <FleetPanel />
        <LoadPanels />
      </div>
    </div>
  );
}
