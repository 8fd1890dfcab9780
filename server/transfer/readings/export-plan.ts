import { GridwardenError } from '../../../edge/platform/errors.ts';

export const EXPORT_FORMATS = ['csv', 'parquet'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** What is written into a file of readings. */
export interface ExportPlan {
  readonly format: ExportFormat;
  /** CSV only: compressed by gzip. */
  readonly isCompressed: boolean;
  /** Absent: all that the store has. */
  readonly devices?: readonly string[] | undefined;
  /** Absent: all of each device. */
  readonly metrics?: readonly string[] | undefined;
  /** Included, ms since 1970. */
  readonly fromMs: number;
  /** Not included. */
  readonly toMs: number;
}

/**
 * How a file of a name is written: `.csv`, `.csv.gz` or `.parquet`; `format` counts more, where the name says nothing else.
 * @throws GridwardenError ARGUMENT_INVALID
 */
export function outputOf(name: string, format: ExportFormat | undefined): Pick<ExportPlan, 'format' | 'isCompressed'> {
  const isCompressed = /\.gz$/i.test(name);
  const end = /\.(csv|parquet)(?:\.gz)?$/i.exec(name)?.[1]?.toLowerCase();
  const told = EXPORT_FORMATS.find((one) => one === (format ?? end));
  if (told === undefined)
    throw new GridwardenError(
      'ARGUMENT_INVALID',
      `${name}: say --format ${EXPORT_FORMATS.join(' or ')}, or end the name so`,
    );
  if (end !== undefined && end !== told)
    throw new GridwardenError('ARGUMENT_INVALID', `${name}: the name says ${end}, the format ${told}`);
  if (told === 'parquet' && isCompressed)
    throw new GridwardenError('ARGUMENT_INVALID', `${name}: Parquet is compressed within; leave .gz away`);
  return { format: told, isCompressed };
}
