import { statSync } from 'node:fs';
import { parseParquet } from './parse-parquet.ts';
import type { ParseOrder } from './parse-plan.ts';
import { parseText } from './parse-text.ts';
import type { ReadingBatch } from './reading-batch.ts';

/**
 * The readings of a file, batch by batch; the same file is cut the same way each time.
 * @throws GridwardenError IMPORT_INVALID
 */
export function parseFile(order: ParseOrder, progress: (bytes: number) => void): AsyncGenerator<ReadingBatch> {
  if (order.plan.format !== 'parquet') return parseText(order, progress);
  const { size } = statSync(order.file);
  return parseParquet(order, (share) => progress(Math.floor(share * size)));
}
