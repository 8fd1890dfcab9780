import { type Static, Type } from 'typebox';
import { AlertSchema } from '../live/protocol.ts';
import { FormatQuery, Nullable, PageQuery } from './common.schema.ts';

export const ALERT_STATES = ['A', 'B', 'C', 'D', 'E', 'F', 'G'] as const;

export const AlertsQuery = Type.Object(
  {
    state: Type.Optional(
      Type.String({
        pattern: '^[A-G](,[A-G]){0,6}$',
        description:
          'ISA-18.2 states with commas between: A normal, B unacknowledged, C acknowledged, D returned to normal unacknowledged, E shelved, F suppressed, G out of service; without it all but A',
      }),
    ),
    from: Type.Optional(
      Type.String({
        maxLength: 40,
        description: 'Raised at or after; then A is included, too, when `state` is absent',
      }),
    ),
    ...PageQuery,
    ...FormatQuery,
  },
  { additionalProperties: false },
);
export type AlertsQuery = Static<typeof AlertsQuery>;

/** May be left out: Fastify then asks the schema about null and leaves the body undefined. */
export const AcknowledgeBody = Nullable(
  Type.Object({ reason: Type.Optional(Type.String({ maxLength: 1000 })) }, { additionalProperties: false }),
);

/** Newest first. An alert is the same here and on the live stream. */
export const AlertsPageSchema = Type.Object({
  items: Type.Array(AlertSchema),
  next: Nullable(Type.String()),
});
export type AlertsPage = Static<typeof AlertsPageSchema>;
