import type { PointBatch, RejectedPoint } from '../telemetry-store.ts';

export interface PackedBatch {
  readonly points: PointBatch;
  readonly buffers: ArrayBuffer[];
}

/**
 * A copy of the points without the refused ones, in buffers of its own that can be given to a worker. The caller keeps its
 * batch: it may have to commit it again, and reads see it until the commit is done.
 */
export function packBatch(points: PointBatch, refused: readonly RejectedPoint[]): PackedBatch {
  const keep = refused.length === 0 ? undefined : keptRows(points.length, refused);
  const length = keep?.length ?? points.length;
  const packed = {
    length,
    series: copied(new Int32Array(length), points.series, keep),
    timeUs: copied(new Float64Array(length), points.timeUs, keep),
    value: copied(new Float64Array(length), points.value, keep),
    quality: copied(new Uint8Array(length), points.quality, keep),
    origin: copied(new Uint8Array(length), points.origin, keep),
    stream: copied(new Int32Array(length), points.stream, keep),
    n: copied(new Float64Array(length), points.n, keep),
  };
  const { series, timeUs, value, quality, origin, stream, n } = packed;
  return { points: packed, buffers: [series, timeUs, value, quality, origin, stream, n].map(({ buffer }) => buffer) };
}

function keptRows(length: number, refused: readonly RejectedPoint[]): Int32Array {
  const isRefused = new Uint8Array(length);
  for (const { index } of refused) isRefused[index] = 1;
  return Int32Array.from({ length }, (_, index) => index).filter((index) => isRefused[index] === 0);
}

function copied<T extends Int32Array<ArrayBuffer> | Float64Array<ArrayBuffer> | Uint8Array<ArrayBuffer>>(
  target: T,
  source: Int32Array | Float64Array | Uint8Array,
  keep: Int32Array | undefined,
): T {
  if (keep) for (const [row, index] of keep.entries()) target[row] = source[index] ?? 0;
  else target.set(source.subarray(0, target.length));
  return target;
}
