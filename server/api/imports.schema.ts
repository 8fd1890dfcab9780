import { type Static, Type } from 'typebox';
import { ReadOptionsSchema } from '../transfer/readings/import-request.ts';
import { Instant, Nullable } from './common.schema.ts';

const strict = { additionalProperties: false } as const;

export const ImportRequestSchema = Type.Object(
  {
    files: Type.Array(Type.String({ minLength: 1, maxLength: 4000, pattern: '^/', allowed: 'a whole path' }), {
      minItems: 1,
      maxItems: 1000,
      description: "On the server's machine",
    }),
    ...ReadOptionsSchema.properties,
  },
  strict,
);
export type ImportRequest = Static<typeof ImportRequestSchema>;

export const UploadQuerySchema = Type.Object(
  {
    name: Type.String({
      minLength: 1,
      maxLength: 200,
      pattern: '^[^/\\\\]+$',
      allowed: 'a name without folders',
      description: 'Of the file; its end tells the format',
    }),
    ...ReadOptionsSchema.properties,
  },
  strict,
);

const Count = (description: string) => Type.Integer({ minimum: 0, description });

export const ImportFileSchema = Type.Object({
  name: Type.String(),
  state: Type.Enum(['waiting', 'running', 'done', 'known', 'failed'], { description: 'known: it was imported before' }),
  phase: Type.Enum(['hashing', 'reading']),
  readBytes: Count('Of the file'),
  totalBytes: Count('Of the file'),
  records: Count('Lines, or rows'),
  stored: Count('Readings in the store'),
  missing: Count('Cells that said that there is no value'),
  refused: Count('Records and cells that were not taken'),
  valuesPerSecond: Nullable(Type.Number({ description: 'Since it began' })),
  from: Nullable(Instant('The earliest reading')),
  to: Nullable(Instant('The latest reading')),
  rejects: Nullable(
    Type.String({ description: "File on the server's machine: line, reason and record of what was refused" }),
  ),
  reason: Nullable(Type.String({ description: 'Why it failed' })),
});
export type ImportFile = Static<typeof ImportFileSchema>;

export const ImportSchema = Type.Object({
  id: Type.String(),
  by: Type.String({ description: 'Who asked for it' }),
  state: Type.Enum(['running', 'done', 'failed']),
  started: Instant('When it was asked for'),
  ended: Nullable(Instant('When it was done or had failed')),
  files: Type.Array(ImportFileSchema),
});
export type Import = Static<typeof ImportSchema>;

export const ImportsSchema = Type.Object({
  items: Type.Array(ImportSchema, { description: 'Asked for since the server was started, the newest first' }),
});
