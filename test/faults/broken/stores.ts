import { DuckDbStore } from '../../../server/store/duckdb/store.ts';
import { InfluxStore } from '../../../server/store/influxdb/store.ts';
import type { CommitRequest, CommitResult, PointBatch, TelemetryStore } from '../../../server/store/telemetry-store.ts';

/** How long the two halves of what belongs together are kept apart: a kill at a random moment often falls between them. */
export const APART_MS = 400;

type Commit = (request: CommitRequest) => Promise<CommitResult>;

/** Puts another `commit` in the place of the one of every store; it is given the true one. */
export function replaceCommit(make: (store: TelemetryStore, commit: Commit) => Commit): void {
  for (const { prototype } of [DuckDbStore, InfluxStore]) {
    const original = prototype.commit;
    const made = new WeakMap<TelemetryStore, Commit>();
    prototype.commit = function (this: DuckDbStore & InfluxStore, request: CommitRequest) {
      const commit = made.get(this) ?? make(this, (one) => original.call(this, one));
      made.set(this, commit);
      return commit(request);
    };
  }
}

/** A copy that stays as it is when the columns of the batch are used again. */
export function copyOf(points: PointBatch): PointBatch {
  const { length } = points;
  return {
    length,
    series: points.series.slice(0, length),
    timeUs: points.timeUs.slice(0, length),
    value: points.value.slice(0, length),
    quality: points.quality.slice(0, length),
    origin: points.origin.slice(0, length),
    stream: points.stream.slice(0, length),
    n: points.n.slice(0, length),
  };
}

export const NO_POINTS: PointBatch = {
  length: 0,
  series: new Int32Array(0),
  timeUs: new Float64Array(0),
  value: new Float64Array(0),
  quality: new Uint8Array(0),
  origin: new Uint8Array(0),
  stream: new Int32Array(0),
  n: new Float64Array(0),
};
