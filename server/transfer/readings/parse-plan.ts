import { GridwardenError } from '../../../edge/platform/errors.ts';
import type { DeviceKind } from '../../../edge/protocol/delivery.ts';
import type { Mapping } from './mapping.schema.ts';
import type { Encoding } from './open-text.ts';
import type { TimeLimits } from './reading-batch.ts';

export const FORMATS = ['csv', 'ndjson', 'parquet'] as const;
export type Format = (typeof FORMATS)[number];

/** How a file is read; the same plan and the same file give the same batches. */
export interface ReadPlan {
  readonly format: Format;
  readonly encoding: Encoding;
  /** Of times that have none; undefined: they are refused. */
  readonly timeZone: string | undefined;
  /** Of a wide file; a long one without it. */
  readonly mapping: Mapping | undefined;
  /** What devices are that the store has not seen yet. */
  readonly kind: DeviceKind;
}

/** What the thread that parses is given. */
export interface ParseOrder {
  readonly file: string;
  readonly plan: ReadPlan;
  readonly limits: TimeLimits;
}

/**
 * The format that a name says: `.csv`, `.txt`, `.tsv`, `.ndjson`, `.jsonl`, `.parquet`, the text ones also with `.gz`.
 * @throws GridwardenError ARGUMENT_INVALID
 */
export function formatOfName(name: string): Format {
  const bare = name.toLowerCase().replace(/\.gz$/, '');
  if (/\.(csv|txt|tsv)$/.test(bare)) return 'csv';
  if (/\.(ndjson|jsonl)$/.test(bare)) return 'ndjson';
  if (/\.parquet$/.test(bare) && !name.toLowerCase().endsWith('.gz')) return 'parquet';
  throw new GridwardenError(
    'ARGUMENT_INVALID',
    `${name}: the format is not told by the name; files end in .csv, .txt, .tsv, .ndjson, .jsonl (each also .gz) or .parquet`,
  );
}
