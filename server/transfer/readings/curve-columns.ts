import { GridwardenError } from '../../../edge/platform/errors.ts';
import { normal } from './headings.ts';
import type { Mapping } from './mapping.schema.ts';

/** A column of a curve and the time of day of its points. */
export interface CurveColumn {
  readonly place: number;
  /** Minutes after local midnight; 1440 is the next one. */
  readonly minutes: number;
}

const DAY_MINUTES = 1440;
const TIME_OF_DAY = /^(\d{1,2}):(\d{2})(?::00)?$/;

/**
 * The columns of a curve: headed by a time of day (`00:15`, `24:00`), or by a number with or without something before it
 * (`P1`, `点96`, `第1点`).
 *
 * @throws GridwardenError IMPORT_INVALID when two have the same time
 */
export function curveColumns(curve: NonNullable<Mapping['curve']>, headings: readonly string[]): CurveColumn[] {
  const prefixes = new Set(curve.prefixes.map(normal));
  const columns: CurveColumn[] = [];
  for (const [place, heading] of headings.entries()) {
    const minutes = minutesOf(normal(heading), curve, prefixes);
    if (minutes === undefined) continue;
    const twin = columns.find((one) => one.minutes === minutes);
    if (twin) {
      const text = `Line 1: columns ${twin.place + 1} and ${place + 1} ("${heading}") are the same point of the curve`;
      throw new GridwardenError('IMPORT_INVALID', text);
    }
    columns.push({ place, minutes });
  }
  return columns;
}

function minutesOf(
  heading: string,
  { points, firstAt }: NonNullable<Mapping['curve']>,
  prefixes: ReadonlySet<string>,
): number | undefined {
  const clock = TIME_OF_DAY.exec(heading);
  if (clock) {
    const minutes = Number(clock[1]) * 60 + Number(clock[2]);
    return minutes <= DAY_MINUTES && Number(clock[2]) < 60 ? minutes : undefined;
  }
  const numbered = /^(\D*)(\d{1,3})(?:点|\(.*\))?$/.exec(heading);
  const number = Number(numbered?.[2]);
  if (!numbered || !prefixes.has(numbered[1] ?? '') || number < 1 || number > points) return undefined;
  const stepMinutes = DAY_MINUTES / points;
  return (firstAt === 'begin' ? number - 1 : number) * stepMinutes;
}
