import { type Static, Type } from 'typebox';
import { QUANTITY_KINDS } from '../../edge/protocol/quantities.ts';
import { DeviceRowSchema } from '../live/protocol.ts';
import { FormatQuery, Nullable, PageQuery, QualitySchema, TimeMs } from './common.schema.ts';

export const DevicesQuery = Type.Object(
  {
    state: Type.Optional(Type.Enum(['online', 'offline', 'stale'] as const)),
    model: Type.Optional(Type.String({ maxLength: 200, description: 'Exact model, such as eastron/sdm630' })),
    agent: Type.Optional(Type.String({ maxLength: 400, description: 'Exact agent, group/node' })),
    q: Type.Optional(
      Type.String({ maxLength: 200, description: 'Text that stands in the id, model, serial number or agent' }),
    ),
    ...PageQuery,
    ...FormatQuery,
  },
  { additionalProperties: false },
);
export type DevicesQuery = Static<typeof DevicesQuery>;

export const DevicesPageSchema = Type.Object({
  items: Type.Array(DeviceRowSchema),
  total: Type.Integer({ description: 'Devices that fit the filters, on all pages' }),
  next: Nullable(Type.String()),
});
export type DevicesPage = Static<typeof DevicesPageSchema>;

/** The latest value of one metric of a device: value, quality and source time stand together. */
export const MetricSchema = Type.Object({
  metric: Type.String({ description: 'Name in the catalogue, or the own name of a foreign device' }),
  slot: Type.Integer({ description: 'Number that stands for this series on the live stream' }),
  unit: Type.String(),
  kind: Nullable(Type.Enum(QUANTITY_KINDS)),
  dataType: Type.String({ description: 'Sparkplug data type of its birth' }),
  value: Nullable(Type.Union([Type.Number(), Type.String()], { description: 'null: missing, see quality' })),
  quality: Nullable(QualitySchema),
  stale: Type.Boolean({ description: 'The value is no longer fresh: its device, agent or data is lost' }),
  timeMs: Nullable(TimeMs('When it was read at the device')),
});
export type Metric = Static<typeof MetricSchema>;

export const DeviceSchema = Type.Object({
  ...DeviceRowSchema.properties,
  serial: Nullable(Type.String()),
  metrics: Type.Array(MetricSchema),
});
export type Device = Static<typeof DeviceSchema>;

export const DeviceMetricsQuery = Type.Object(FormatQuery, { additionalProperties: false });
export const DeviceMetricsSchema = Type.Object({ device: Type.String(), metrics: Type.Array(MetricSchema) });
export type DeviceMetrics = Static<typeof DeviceMetricsSchema>;

export const MetricParams = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 400, description: 'Percent-encoded device or agent' }),
  name: Type.String({ minLength: 1, maxLength: 400, description: 'Percent-encoded metric' }),
});
export const MetricWriteSchema = Type.Object(
  { value: Nullable(Type.Union([Type.Number(), Type.String({ maxLength: 10_000 }), Type.Boolean()])) },
  { additionalProperties: false },
);
