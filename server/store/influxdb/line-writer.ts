import type { PointBatch, RejectedPoint } from '../telemetry-store.ts';
import type { InfluxConnection } from './connection.ts';
import { isContentRefused, reasonOf } from './failures.ts';
import { buildLines, type Line, lineOfPoint } from './lines.ts';
import type { BucketIndex, SeriesNames } from './series-names.ts';

/** The server takes about 50 MB a request; a batch is far below, a burst of a backlog may not be. */
const MAX_BODY_LINES = 50_000;

/** Writes batches to one bucket. What the server refuses is halved until the guilty points stand alone. */
export class LineWriter {
  readonly #connection: InfluxConnection;
  readonly #names: SeriesNames;

  constructor(connection: InfluxConnection, names: SeriesNames) {
    this.#connection = connection;
    this.#names = names;
  }

  /**
   * Returns the points that the server refused for good; all others are stored.
   * Throws the library's error when the server did not take the batch; then nothing counts, and writing it again overwrites
   * what it has taken of it.
   */
  async write(
    bucket: string,
    index: BucketIndex,
    points: PointBatch,
    skip: (index: number) => boolean,
  ): Promise<RejectedPoint[]> {
    const lines = buildLines(points, this.#names, index, skip);
    const rejected: RejectedPoint[] = [];
    for (let from = 0; from < lines.length; from += MAX_BODY_LINES) {
      await this.#writeLines(bucket, points, lines.slice(from, from + MAX_BODY_LINES), rejected);
    }
    return rejected;
  }

  async #writeLines(
    bucket: string,
    points: PointBatch,
    lines: readonly Line[],
    rejected: RejectedPoint[],
  ): Promise<void> {
    try {
      await this.#connection.write(bucket, lines.map(({ text }) => text).join('\n'));
    } catch (error) {
      if (!isContentRefused(error)) throw error;
      const [only] = lines;
      if (lines.length > 1) {
        const middle = lines.length >> 1;
        await this.#writeLines(bucket, points, lines.slice(0, middle), rejected);
        await this.#writeLines(bucket, points, lines.slice(middle), rejected);
      } else if (only && only.points.length > 1) {
        // One field of the wrong type makes the server drop its whole line: the others can still be kept.
        const single = only.points.map((index) => lineOfPoint(points, this.#names, index));
        await this.#writeLines(bucket, points, single, rejected);
      } else {
        const reason = reasonOf(error);
        rejected.push(...(only?.points ?? []).map((index) => ({ index, reason })));
      }
    }
  }
}
