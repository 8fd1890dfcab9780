import { type Static, Type } from 'typebox';
import { Instant, Nullable } from './common.schema.ts';

const strict = { additionalProperties: false } as const;

export const BackupRequestSchema = Type.Object(
  {
    folder: Type.String({
      minLength: 1,
      maxLength: 4000,
      pattern: '^/',
      allowed: 'a whole path',
      description: "On the server's machine, new or empty",
    }),
  },
  strict,
);

export const BackupSchema = Type.Object({
  id: Type.String(),
  folder: Type.String(),
  by: Type.String({ description: 'Who asked for it' }),
  state: Type.Enum(['running', 'done', 'failed']),
  started: Instant('When it was asked for'),
  ended: Nullable(Instant('When it was done or had failed')),
  doneBytes: Type.Integer({ minimum: 0, description: 'Copied of the files of the store' }),
  totalBytes: Type.Integer({ minimum: 0, description: 'Of all files of the store; 0 until they are known' }),
  reason: Nullable(Type.String({ description: 'Why it failed' })),
});
export type Backup = Static<typeof BackupSchema>;

export const RestorationSchema = Type.Object({
  backup: Type.String(),
  taken: Instant('What was stored until then is there'),
  restored: Instant('What was acknowledged between the two is not'),
});

export const BackupsSchema = Type.Object({
  items: Type.Array(BackupSchema, { description: 'Asked for since the server was started, the newest first' }),
  restoration: Nullable(RestorationSchema),
});
