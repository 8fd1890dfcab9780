import { type Static, Type } from 'typebox';
import { PROBLEM_KINDS } from '../ingest/problems.ts';
import { FormatQuery, TimeMs } from './common.schema.ts';

export const IngestProblemsQuery = Type.Object(FormatQuery, { additionalProperties: false });

/** What was not as it should be in what publishers sent: a line for each kind and topic, the latest first. */
export const IngestProblemsSchema = Type.Object({
  items: Type.Array(
    Type.Object({
      kind: Type.Enum(PROBLEM_KINDS),
      topic: Type.String({ description: 'MQTT topic, shortened when very long' }),
      reason: Type.String({ description: 'Of the last time' }),
      count: Type.Integer({ minimum: 1 }),
      firstMs: TimeMs('First seen'),
      lastMs: TimeMs('Last seen'),
    }),
  ),
});
export type IngestProblems = Static<typeof IngestProblemsSchema>;
