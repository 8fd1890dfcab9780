import type { GridClock } from '../../../edge/platform/clock.ts';
import type { Logger } from '../../../edge/platform/log.ts';
import type { Retention } from '../retention.ts';
import type { StoreStatistics } from '../telemetry-store.ts';
import { type Bucket, bytesOf, setRetention } from './bucket-admin.ts';
import type { InfluxConnection } from './connection.ts';

/** Disk a value where the server does not tell its own (measured with InfluxDB 2.9.1). */
const BYTES_PER_POINT = 5.4;
const DAY_MS = 86_400_000;
const MIN_SPAN_MS = 600_000;

/** How long the bucket at each position has to keep its points. */
export function bucketRetentions(retention: Retention, bucketCount: number): number[] {
  const { fastMs, registersMs } = retention;
  return bucketCount === 1 ? [Math.max(fastMs, registersMs)] : [fastMs, registersMs];
}

/**
 * Gives buckets that keep everything for ever the retention of the configuration. A rule that someone has set is left alone:
 * shortening it would delete, and the server may be shared. What differs is returned in words, and so is what was set.
 */
export async function applyBucketRetention(
  connection: InfluxConnection,
  buckets: readonly Bucket[],
  retention: Retention,
  logger: Logger,
): Promise<string[]> {
  const wanted = bucketRetentions(retention, buckets.length);
  const done: string[] = [];
  for (const [index, bucket] of buckets.entries()) {
    const wantedMs = wanted[index] ?? 0;
    if (bucket.retentionMs === 0) {
      try {
        await setRetention(connection, bucket, wantedMs);
        done.push(`${bucket.name}: InfluxDB drops what is older than ${days(wantedMs)}`);
      } catch {
        logger.warn(
          { bucket: bucket.name },
          `the token may not set the retention of bucket ${bucket.name}: set it to ${days(wantedMs)} yourself, or the bucket grows without end`,
        );
      }
    } else if (bucket.retentionMs !== wantedMs) {
      logger.warn(
        { bucket: bucket.name },
        `bucket ${bucket.name} keeps ${days(bucket.retentionMs)}, the configuration says ${days(wantedMs)}; the bucket's rule holds`,
      );
    }
  }
  return done;
}

function days(ms: number): string {
  return `${Math.round((ms * 10) / DAY_MS) / 10} days`;
}

/** Growth of the store from what it took since it was opened. */
export class GrowthMeter {
  readonly #gridClock: GridClock;
  readonly #openedMs: number;
  #points = 0;

  constructor(gridClock: GridClock) {
    this.#gridClock = gridClock;
    this.#openedMs = gridClock.nowMs();
  }

  add(points: number): void {
    this.#points += points;
  }

  async statistics(
    connection: InfluxConnection,
    buckets: readonly Bucket[],
    totals: { readonly points: number; readonly series: number },
  ): Promise<StoreStatistics> {
    const told = buckets.length === 0 ? undefined : await bytesOf(connection, buckets).catch(() => undefined);
    const bytes = told ?? totals.points * BYTES_PER_POINT;
    const bytesPerPoint = totals.points > 0 ? Math.min(bytes / totals.points, 10 * BYTES_PER_POINT) : BYTES_PER_POINT;
    const spanMs = this.#gridClock.nowMs() - this.#openedMs;
    const pointsPerDay = spanMs < MIN_SPAN_MS ? 0 : (this.#points * DAY_MS) / spanMs;
    return { ...totals, bytes, bytesPerDay: pointsPerDay * bytesPerPoint };
  }
}
