import type { RejectedPoint } from '../telemetry-store.ts';
import type { InfluxConnection } from './connection.ts';
import { isContentRefused, reasonOf } from './failures.ts';
import { LineBlock, type LineSource } from './lines.ts';

/** The server takes about 50 MB a request; a batch is far below, a burst of a backlog may not be. */
const MAX_BODY_BYTES = 8 * 2 ** 20;

/** Writes batches to buckets, one at a time. What the server refuses is halved until the guilty points stand alone. */
export class LineWriter {
  readonly #connection: InfluxConnection;
  readonly #block = new LineBlock();

  constructor(connection: InfluxConnection) {
    this.#connection = connection;
  }

  /**
   * Returns the points that the server refused for good; all others are stored.
   * Throws the library's error when the server did not take the batch; then nothing counts, and writing it again overwrites
   * what it has taken of it.
   */
  async write(bucket: string, source: LineSource): Promise<RejectedPoint[]> {
    const block = this.#block;
    const rejected: RejectedPoint[] = [];
    for (let from = 0; from < source.points.length; ) {
      from = block.fill(source, from, MAX_BODY_BYTES);
      if (block.lines > 0) await this.#writeLines(bucket, source, 0, block.lines, rejected);
    }
    return rejected;
  }

  async #writeLines(
    bucket: string,
    source: LineSource,
    from: number,
    to: number,
    rejected: RejectedPoint[],
  ): Promise<void> {
    const reason = await this.#tryLines(bucket, this.#block.text(from, to));
    if (reason === undefined) return;
    if (to - from > 1) {
      const middle = (from + to) >> 1;
      await this.#writeLines(bucket, source, from, middle, rejected);
      await this.#writeLines(bucket, source, middle, to, rejected);
      return;
    }
    const points = this.#block.pointsOf(from);
    const [only] = points;
    if (points.length === 1 && only !== undefined) rejected.push({ index: only, reason });
    else await this.#writeSingly(bucket, source, points, rejected);
  }

  /** One field of the wrong type makes the server drop its whole line: the others can still be kept. */
  async #writeSingly(
    bucket: string,
    source: LineSource,
    points: readonly number[],
    rejected: RejectedPoint[],
  ): Promise<void> {
    const single = new LineBlock();
    for (const index of points) {
      single.fillOne(source, index);
      const reason = await this.#tryLines(bucket, single.text());
      if (reason !== undefined) rejected.push({ index, reason });
    }
  }

  /** Why the server refuses the content of some lines; undefined when it has stored all of them. */
  async #tryLines(bucket: string, text: string): Promise<string | undefined> {
    try {
      await this.#connection.write(bucket, text);
      return undefined;
    } catch (error) {
      if (!isContentRefused(error)) throw error;
      return reasonOf(error);
    }
  }
}
