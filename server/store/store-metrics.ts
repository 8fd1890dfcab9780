import type { ErrorCode } from '../../edge/platform/errors.ts';
import type { Metrics } from '../../edge/platform/metrics.ts';
import type { StoreStatistics } from './telemetry-store.ts';

const COMMIT_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What the telemetry store tells Prometheus. */
export class StoreMetrics {
  /** The last statistics that were taken; gauges show them. */
  statistics: StoreStatistics = { bytes: 0, points: 0, series: 0, bytesPerDay: 0 };
  readonly #commitSeconds;
  readonly #points;
  readonly #rejected;
  readonly #failures;

  constructor(metrics: Metrics) {
    this.#commitSeconds = metrics.histogram('store_commit_seconds', 'Time of a commit to the store', COMMIT_SECONDS);
    this.#points = metrics.counter('store_points_total', 'Points that the store has taken durably');
    this.#rejected = metrics.counter('store_rejected_points_total', 'Points that the store refused and set aside');
    this.#failures = metrics.counter('store_failed_commits_total', 'Commits that failed as a whole', ['code']);
    metrics.gauge('store_bytes', 'Bytes of the store on disk', [], () => this.statistics.bytes);
    metrics.gauge('store_points', 'Points in the store', [], () => this.statistics.points);
    metrics.gauge('store_series', 'Series in the store', [], () => this.statistics.series);
    metrics.gauge(
      'store_growth_bytes_per_day',
      'Bytes a day that the store grows by as it is filled now, before retention',
      [],
      () => this.statistics.bytesPerDay,
    );
  }

  committed(points: number, rejected: number, seconds: number): void {
    this.#commitSeconds.observe(seconds);
    this.#points.inc(points);
    if (rejected > 0) this.#rejected.inc(rejected);
  }

  failed(code: ErrorCode): void {
    this.#failures.inc({ code });
  }
}
