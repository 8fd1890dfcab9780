import { type Static, Type } from 'typebox';
import { EXPORT_FORMATS } from '../transfer/readings/export-plan.ts';
import { Instant, Nullable } from './common.schema.ts';

/** Devices that one export may name; all of them need no names. */
export const MAX_EXPORT_DEVICES = 10_000;

const Names = (maxItems: number, description: string) =>
  Type.Array(Type.String({ minLength: 1, maxLength: 400 }), { minItems: 1, maxItems, uniqueItems: true, description });

export const ExportRequestSchema = Type.Object(
  {
    file: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 4000,
        pattern: '^/',
        allowed: 'a whole path',
        description: "Where to, on the server's machine; without it the server keeps the file until it is fetched",
      }),
    ),
    format: Type.Optional(
      Type.Enum(EXPORT_FORMATS, { description: 'Without it the name of the file tells; else csv' }),
    ),
    devices: Type.Optional(Names(MAX_EXPORT_DEVICES, 'Without it all that the store has')),
    metrics: Type.Optional(Names(1000, 'Without it all of each device')),
    from: Type.String({ maxLength: 40, description: 'First time, included: RFC 3339, a date, or milliseconds' }),
    to: Type.String({ maxLength: 40, description: 'Last time, not included' }),
  },
  { additionalProperties: false },
);
export type ExportRequest = Static<typeof ExportRequestSchema>;

export const ExportSchema = Type.Object({
  id: Type.String(),
  by: Type.String({ description: 'Who asked for it' }),
  state: Type.Enum(['running', 'done', 'failed']),
  started: Instant('When it was asked for'),
  ended: Nullable(Instant('When it was done or had failed')),
  format: Type.Enum(EXPORT_FORMATS),
  from: Instant('First time, included'),
  to: Instant('Last time, not included'),
  file: Nullable(
    Type.String({ description: 'Where it is; null: the server keeps it, GET exports/{id}/file fetches it' }),
  ),
  doneShare: Type.Number({ minimum: 0, maximum: 1 }),
  values: Type.Integer({ minimum: 0, description: 'Read so far' }),
  series: Nullable(Type.Integer({ minimum: 0 })),
  bytes: Nullable(Type.Integer({ minimum: 0, description: 'Of the file, once it is whole' })),
  seconds: Type.Number({ minimum: 0 }),
  reason: Nullable(Type.String({ description: 'Why it failed' })),
});
export type Export = Static<typeof ExportSchema>;

export const ExportsSchema = Type.Object({
  items: Type.Array(ExportSchema, { description: 'Remembered since the server was started, the newest first' }),
});
