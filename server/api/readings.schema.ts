import { type Static, Type } from 'typebox';
import { AGGREGATES, ORIGINS } from '../store/telemetry-store.ts';
import {
  CursorSchema,
  FormatQuery,
  Instant,
  Nullable,
  QualityCodeSchema,
  StoredUntilSchema,
  TimeMs,
} from './common.schema.ts';

/** Rows in one answer, all metrics together. */
export const MAX_ROWS = 100_000;
/** Metrics in one question. */
export const MAX_METRICS = 64;
/** Longest range of one question: what is kept longest, and a little. */
export const MAX_RANGE_DAYS = 3_660;
/** Devices in one answer of the latest values. */
export const MAX_LATEST_DEVICES = 10_000;
/** Values in one answer of the latest values: devices times metrics. */
export const MAX_LATEST_VALUES = 500_000;

const When = (description: string) =>
  Type.String({
    maxLength: 40,
    description: `${description}: RFC 3339 (2026-01-31T08:00:00Z), a date (2026-01-31, midnight in the time zone of the district) or milliseconds since the Unix epoch`,
  });
const MetricList = Type.String({ maxLength: 4000, description: `Names with commas between, at most ${MAX_METRICS}` });

export const ReadingsQuery = Type.Object(
  {
    metrics: Type.Optional(MetricList),
    from: When('First time, included'),
    to: When('Last time, not included'),
    every: Type.Optional(
      Type.String({
        pattern: '^[1-9][0-9]{0,6}(s|m|h|d)$',
        description:
          'Width of a bucket (15m, 1h, 1d); without it the readings as they were taken. Buckets begin at midnight of the district and multiples of the width from there',
      }),
    ),
    aggregate: Type.Optional(
      Type.Enum(AGGREGATES, {
        description: 'What a bucket says, of good values only; default mean, for registers difference',
      }),
    ),
    conflicts: Type.Boolean({ default: false, description: 'Also values whose time contradicts their record' }),
    ...FormatQuery,
  },
  { additionalProperties: false },
);
export type ReadingsQuery = Static<typeof ReadingsQuery>;

/** Readings of one metric, in columns of equal length. */
export const SeriesReadingsSchema = Type.Object({
  metric: Type.String(),
  unit: Type.String(),
  aggregate: Nullable(Type.Enum(AGGREGATES)),
  timesMs: Type.Array(TimeMs('Source time of a reading, or the begin of a bucket')),
  values: Type.Array(Nullable(Type.Number()), { description: 'null: missing (see quality) or an empty bucket' }),
  quality: Type.Array(QualityCodeSchema),
  origins: Type.Optional(
    Type.Array(Type.Integer({ minimum: 0 }), { description: 'Codes, see GET quantities; readings as taken only' }),
  ),
  counts: Type.Optional(Type.Array(Type.Integer({ minimum: 0 }), { description: 'Good values in the bucket' })),
  coverage: Type.Optional(
    Type.Array(Nullable(Type.Number({ minimum: 0, maximum: 1 })), {
      description: 'Good values among all values in the bucket; null where there is none',
    }),
  ),
});
export type SeriesReadings = Static<typeof SeriesReadingsSchema>;

export const ReadingsSchema = Type.Object({
  device: Type.String(),
  from: Instant('First time, included'),
  to: Instant('Last time, not included'),
  every: Nullable(Type.String()),
  storedUntil: StoredUntilSchema,
  series: Type.Array(SeriesReadingsSchema),
});
export type Readings = Static<typeof ReadingsSchema>;

export const LatestQuery = Type.Object(
  {
    devices: Type.Optional(
      Type.String({ maxLength: 200_000, description: 'Ids with commas between; without it all devices, in pages' }),
    ),
    metrics: Type.Optional(MetricList),
    limit: Type.Integer({ minimum: 1, maximum: MAX_LATEST_DEVICES, default: 1000, description: 'Most devices' }),
    cursor: Type.Optional(CursorSchema),
    ...FormatQuery,
  },
  { additionalProperties: false },
);
export type LatestQuery = Static<typeof LatestQuery>;

/** One metric of all devices of the answer: each column has a place for each of `devices`, in that order. */
export const LatestMetricSchema = Type.Object({
  metric: Type.String(),
  unit: Type.String(),
  values: Type.Array(Nullable(Type.Union([Type.Number(), Type.String()])), { description: 'null: see quality' }),
  agesMs: Type.Array(Nullable(Type.Integer()), { description: '`nowMs` less the source time; null where never seen' }),
  quality: Type.Array(QualityCodeSchema, { description: '255: never seen, or the device has no such metric' }),
  stale: Type.Array(Type.Integer({ minimum: 0, maximum: 1 }), { description: '1: no longer fresh' }),
});

export const LatestSchema = Type.Object({
  nowMs: TimeMs('Grid time of this answer'),
  devices: Type.Array(Type.String()),
  unknown: Type.Array(Type.String(), { description: 'Asked for, but no such device' }),
  metrics: Type.Array(LatestMetricSchema),
  next: Nullable(Type.String()),
});
export type Latest = Static<typeof LatestSchema>;

export const OriginSchema = Type.Enum(ORIGINS);
