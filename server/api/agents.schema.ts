import { type Static, Type } from 'typebox';
import { AgentRowSchema } from '../live/protocol.ts';
import { FormatQuery, Instant, Nullable, PageQuery, TimeMs } from './common.schema.ts';

export const AgentsQuery = Type.Object({ ...PageQuery, ...FormatQuery }, { additionalProperties: false });

export const AgentsPageSchema = Type.Object({
  items: Type.Array(AgentRowSchema),
  total: Type.Integer(),
  next: Nullable(Type.String()),
});
export type AgentsPage = Static<typeof AgentsPageSchema>;

export const NodeMetricSchema = Type.Object({
  name: Type.String(),
  dataType: Type.String({ description: 'Sparkplug data type of its birth' }),
  value: Nullable(Type.Union([Type.Number(), Type.String(), Type.Boolean()])),
  timeMs: TimeMs('When the agent said so'),
  stale: Type.Boolean(),
});

/** An agent (Sparkplug edge node) with its own metrics: uptime, outbox depth, cycle times. */
export const AgentSchema = Type.Object({
  ...AgentRowSchema.properties,
  group: Type.String(),
  node: Type.String(),
  epoch: Nullable(Type.String({ description: 'Run of the agent that its records carry; null for a foreign node' })),
  bdSeq: Nullable(Type.Number()),
  metrics: Type.Array(NodeMetricSchema),
});
export type Agent = Static<typeof AgentSchema>;

const Count = (description: string) => Type.Integer({ minimum: 0, description });

/** `taken = stored + waiting + explained`, in records, as of one moment. */
export const DeliverySchema = Type.Object({
  taken: Count('Records the agent took from its devices'),
  stored: Count('Records in the store'),
  waiting: Count('Records on their way, or in the outbox of the agent'),
  explained: Count('Records given up, each with its reason'),
  rejectedValues: Count('Values that the store refused and that are set aside'),
  unprotected: Count('Records that the agent holds in memory only, because its disk is full'),
  asOf: Instant('Moment of these figures'),
  epochs: Type.Array(
    Type.Object({
      epoch: Type.String(),
      lastN: Type.Integer(),
      // No tuple: the library writes it in the way of JSON Schema draft 7, which OpenAPI 3.1 reads as something else.
      stored: Type.Array(Type.Array(Type.Integer(), { minItems: 2, maxItems: 2 }), {
        description: 'Ranges, both ends included',
      }),
    }),
    { description: 'Each run of the agent that is not closed yet' },
  ),
});
export type Delivery = Static<typeof DeliverySchema>;

export const ExplanationsQuery = Type.Object({ ...PageQuery, ...FormatQuery }, { additionalProperties: false });

/** The values that went with records, by device and metric. */
export const LossesSchema = Type.Object(
  {
    values: Count('In all, named below or not; one that was not good counts as well'),
    groups: Type.Array(
      Type.Object({
        metrics: Type.Array(Type.String(), { description: 'Read together' }),
        devices: Type.Array(
          Type.Object({ device: Type.String(), values: Count('Lost of each of these metrics of the device') }),
        ),
      }),
    ),
    otherValues: Count('Lost, and not named: the list is bounded'),
    unreadRecords: Count('Records of the range that nobody could read any more: their values are not counted'),
  },
  {
    description:
      'As the agent counted them; null: it did not, or could not. Too high where the server got some of the records all the same',
  },
);
export type LossGroups = Static<typeof LossesSchema>['groups'];

/** Records that will not come: one unbroken range of the numbers of one run of the agent. */
export const ExplanationSchema = Type.Object({
  reason: Type.String({
    description:
      'Of the agent: outbox_full, too_old, outbox_corrupt, unsettled, unprotected_lost. Found by the server: lost (the agent no longer has them), settled_elsewhere, settled_before, lost_by_restore',
  }),
  records: Count('How many'),
  devices: Type.Array(Type.String(), { description: 'Whose they are, together; empty: any device of the agent' }),
  from: Nullable(Instant('First reading time; null when it is not known')),
  to: Nullable(Instant('Last reading time; null when it is not known')),
  epoch: Type.String({ description: 'Run of the agent' }),
  fromN: Type.Integer(),
  toN: Type.Integer(),
  explainedAt: Instant('When the server wrote it down'),
  losses: Nullable(LossesSchema),
});
export type Explanation = Static<typeof ExplanationSchema>;

/** Explanations of one reason that are too old or too many to be kept one by one. */
export const FoldedExplanationsSchema = Type.Object({
  reason: Type.String(),
  explanations: Count('How many'),
  records: Count('Records that they were about'),
  values: Count('Values lost with them, as far as agents counted them'),
  deviceValues: Count('Values that do not stand among the losses of their device any more'),
  from: Nullable(Instant('First reading time of all; null when none was known')),
  to: Nullable(Instant('Last reading time of all; null when none was known')),
});
export type FoldedExplanations = Static<typeof FoldedExplanationsSchema>;

export const ExplanationsPageSchema = Type.Object({
  items: Type.Array(ExplanationSchema),
  total: Type.Integer({ description: 'Of those that are kept one by one' }),
  folded: Type.Array(FoldedExplanationsSchema, { description: 'Earlier ones, of which only the sums are kept' }),
  next: Nullable(Type.String()),
});
export type ExplanationsPage = Static<typeof ExplanationsPageSchema>;

export const AcceptedSchema = Type.Object({ accepted: Type.Literal(true) });
