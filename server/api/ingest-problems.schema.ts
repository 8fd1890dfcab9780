import { type Static, Type } from 'typebox';
import { PROBLEM_KINDS } from '../ingest/problems.ts';
import { FormatQuery, Nullable, TimeMs } from './common.schema.ts';

export const IngestProblemsQuery = Type.Object(
  { kind: Type.Optional(Type.Enum(PROBLEM_KINDS, { description: 'Only this kind' })), ...FormatQuery },
  { additionalProperties: false },
);

const RejectedValueSchema = Type.Object(
  {
    agent: Type.String(),
    device: Type.String(),
    metric: Type.String(),
    timeMs: TimeMs('When it was read'),
    value: Nullable(Type.Number({ description: 'null: it was none' })),
    reason: Type.String({ description: 'Why, in the words of the store' }),
  },
  { description: 'Of kind rejected_value: the value that the store refused last; `count` is how many of this metric' },
);

/** What was not as it should be in what publishers sent: a line for each kind, topic and refused metric, the latest first. */
export const IngestProblemsSchema = Type.Object({
  items: Type.Array(
    Type.Object({
      kind: Type.Enum(PROBLEM_KINDS),
      topic: Type.String({ description: 'MQTT topic, shortened when very long' }),
      reason: Type.String({ description: 'Of the last time' }),
      count: Type.Integer({ minimum: 1 }),
      firstMs: TimeMs('First seen'),
      lastMs: TimeMs('Last seen'),
      rejected: Type.Optional(RejectedValueSchema),
    }),
  ),
});
export type IngestProblems = Static<typeof IngestProblemsSchema>;
