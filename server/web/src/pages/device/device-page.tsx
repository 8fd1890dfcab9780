import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { GOOD } from '../../../../../edge/protocol/quality.ts';
import { ChartFeed } from '../../charts/chart-feed.ts';
import type { PointTable } from '../../live/point-table.ts';
import { useCell, useServices, useT } from '../../ui/context.ts';
import { PageHead } from '../../ui/page-head.tsx';
import { useFrame, usePointTable } from '../../ui/use-points.ts';
import { ChartsPanel } from './charts-panel.tsx';
import { DeviceAlerts } from './device-alerts.tsx';
import { DeviceFacts } from './device-facts.tsx';
import { useChartSelection } from './use-chart-selection.ts';
import { ValuesPanel } from './values-panel.tsx';

/** Frames a second for one device: as often as its fastest readings, and no faster than can be read. */
const POINT_RATE = 4;

export function DevicePage(props: { readonly id: string }): JSX.Element {
  const { devices, isNothingCurrent } = useServices();
  const t = useT();
  useCell(devices.structure);
  const isOld = useCell(isNothingCurrent);
  const isUnknown = devices.isLoaded && devices.get(props.id) === undefined;
  return (
    <div class={isOld ? 'is-old' : undefined}>
      <PageHead title={isUnknown ? t('device.notFound', { id: props.id }) : props.id}>
        <a class="page-back" href="/devices">
          {t('device.back')}
        </a>
      </PageHead>
      {isUnknown ? <p class="empty">{t('device.notFoundText')}</p> : <DeviceView id={props.id} />}
    </div>
  );
}

function DeviceView(props: { readonly id: string }): JSX.Element {
  const { id } = props;
  const feed = useChartFeed(id);
  const paint = useFrame();
  const table = usePointTable({ devices: [id], maxRate: POINT_RATE }, (points) => {
    pushPoints(points, id, feed);
    paint();
  });
  const selection = useChartSelection(table, id);
  useEffect(() => feed.select(selection), [feed, selection.key]);
  return (
    <>
      <DeviceFacts id={id} />
      <DeviceAlerts id={id} />
      <div class="device-grid">
        <ValuesPanel id={id} table={table} selection={selection} />
        <ChartsPanel id={id} feed={feed} selection={selection} table={table} />
      </div>
    </>
  );
}

/** The feed of the device's charts: asks again when a stored range touches them, and when the stream was lost. */
function useChartFeed(device: string): ChartFeed {
  const { api, clock, live, time } = useServices();
  const feed = useMemo(
    () => new ChartFeed({ device, api, clock, gridNowMs: () => time.nowMs() }),
    [api, clock, device, time],
  );
  useEffect(() => {
    const unsubscribe = live.subscribe({
      request: () => ({ topic: 'backfills', devices: [device] }),
      onReset: () => feed.refresh(),
      onMessage: (message) => {
        if (message.type !== 'backfilled') return;
        if (message.missed || message.ranges.some(({ fromMs, toMs }) => feed.isShown(fromMs, toMs))) feed.refresh();
      },
    });
    return () => {
      unsubscribe();
      feed.stop();
    };
  }, [feed, device, live]);
  return feed;
}

function pushPoints(table: PointTable, device: string, feed: ChartFeed): void {
  for (const metric of feed.selection.metrics) {
    const index = table.indexOf(device, metric);
    if (index === undefined || table.isStale(index)) continue;
    feed.push(metric, table.timeMs(index), table.quality(index) === GOOD ? table.value(index) : Number.NaN);
  }
}
