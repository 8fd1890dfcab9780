import { expect, test } from 'vitest';
import { Metrics } from '../../../../edge/platform/metrics.ts';
import { StoreMetrics } from '../../../../server/store/store-metrics.ts';

test('Prometheus sees commits, points, what was refused, and how the store grows', async () => {
  const metrics = new Metrics();
  const store = new StoreMetrics(metrics);
  store.committed(100, 0, 0.02);
  store.committed(50, 3, 0.2);
  store.failed('DISK_FULL');
  store.statistics = { bytes: 1000, points: 150, series: 7, bytesPerDay: 86_400 };
  const text = await metrics.text();
  for (const line of [
    'gridwarden_store_commit_seconds_count 2',
    'gridwarden_store_points_total 150',
    'gridwarden_store_rejected_points_total 3',
    'gridwarden_store_failed_commits_total{code="DISK_FULL"} 1',
    'gridwarden_store_bytes 1000',
    'gridwarden_store_points 150',
    'gridwarden_store_series 7',
    'gridwarden_store_growth_bytes_per_day 86400',
  ]) {
    expect(text.split('\n')).toContain(line);
  }
});
