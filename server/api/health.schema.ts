import { type Static, Type } from 'typebox';

const CheckSchema = Type.Object({ ok: Type.Boolean(), reason: Type.String() });

export const LiveSchema = Type.Object({ ok: Type.Literal(true) });

/** Whether the server can do its work, and of each thing it stands on why, or why not. */
export const ReadySchema = Type.Object({
  ok: Type.Boolean(),
  checks: Type.Object({ broker: CheckSchema, store: CheckSchema, state: CheckSchema }),
});
export type Ready = Static<typeof ReadySchema>;
