import { flux, InfluxDB } from '@influxdata/influxdb-client';
import type { InfluxServer } from '../../parts/influx.ts';
import type { StoredRow } from '../compare/match-stored.ts';

const QUALITY_SUFFIX = '_quality';

/** Every value in a bucket as InfluxDB has it. */
export async function readInflux({ url, token, org, bucket }: InfluxServer): Promise<StoredRow[]> {
  const query = new InfluxDB({ url, token, timeout: 120_000 }).getQueryApi(org);
  const rows: StoredRow[] = [];
  const all = flux`from(bucket: ${bucket}) |> range(start: 1970-01-01T00:00:01Z, stop: 2100-01-01T00:00:00Z)
    |> keep(columns: ["_time", "_value", "_field", "device", "origin"])`;
  for await (const { values, tableMeta } of query.iterateRows(all)) {
    const text = (column: string) => String(tableMeta.get(values, column));
    const field = text('_field');
    const isQuality = field.endsWith(QUALITY_SUFFIX);
    rows.push({
      device: text('device'),
      metric: isQuality ? field.slice(0, -QUALITY_SUFFIX.length) : field,
      timeMs: microsecondsOf(text('_time')) / 1000,
      value: isQuality ? undefined : Number(tableMeta.get(values, '_value')),
      origin: text('origin'),
    });
  }
  return rows;
}

/** The time of an RFC 3339 text with up to nine digits behind the point. */
function microsecondsOf(text: string): number {
  const [, seconds = '', fraction = ''] = /^(.*?)(?:\.([0-9]+))?Z$/.exec(text) ?? [];
  return Date.parse(`${seconds}Z`) * 1000 + Number(fraction.padEnd(6, '0').slice(0, 6));
}
