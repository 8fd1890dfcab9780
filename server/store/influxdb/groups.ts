import type { Series } from '../telemetry-store.ts';
import type { SeriesGroup } from './flux.ts';
import { fieldName, tagValue } from './names.ts';

/** Series as queries ask for them, and the way back from the names of an answer to their numbers. */
export interface GroupedSeries {
  readonly group: SeriesGroup;
  /** The number of a series of the group, by its tag value and field. */
  find(device: string, field: string): number | undefined;
}

/**
 * Puts series together that one query can ask for: of one bucket and kind, with the same fields for each device. Series of
 * one device become one query, and so does one metric of many devices.
 */
export function groupSeries(
  numbers: readonly number[],
  at: (number: number) => Series | undefined,
  bucketOf: (series: Series) => string,
): GroupedSeries[] {
  const devices = new Map<
    string,
    { bucket: string; kind: Series['kind']; device: string; fields: Map<string, number> }
  >();
  for (const number of numbers) {
    const series = at(number);
    if (!series) continue;
    const bucket = bucketOf(series);
    const key = `${bucket}\0${series.kind}\0${series.device}`;
    const entry = devices.get(key) ?? { bucket, kind: series.kind, device: tagValue(series.device), fields: new Map() };
    entry.fields.set(fieldName(series.metric), number);
    devices.set(key, entry);
  }
  const groups = Map.groupBy(
    devices.values(),
    ({ bucket, kind, fields }) => `${bucket}\0${kind}\0${[...fields.keys()].sort().join('\0')}`,
  );
  return [...groups.values()].flatMap((members) => {
    const [first] = members;
    if (!first) return [];
    const byDevice = new Map(members.map(({ device, fields }) => [device, fields]));
    return {
      group: {
        bucket: first.bucket,
        kind: first.kind,
        devices: [...byDevice.keys()],
        fields: [...first.fields.keys()],
      },
      find: (device: string, field: string) => byDevice.get(device)?.get(field),
    };
  });
}
