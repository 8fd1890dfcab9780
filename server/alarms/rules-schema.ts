import { type Static, Type } from 'typebox';
import { Duration } from '../../edge/platform/units.ts';
import { DEVICE_KINDS } from '../../edge/protocol/delivery.ts';
import { SEVERITIES } from '../live/protocol.ts';

const strict = { additionalProperties: false } as const;

const SeveritySchema = Type.Enum(SEVERITIES);
const Name = Type.String({ minLength: 1, maxLength: 200 });
const Names = Type.Array(Name, { minItems: 1, maxItems: 10_000 });
const Kinds = Type.Array(Type.Enum(DEVICE_KINDS), { minItems: 1 });
const RuleId = Type.String({
  pattern: '^[a-z][a-z0-9_]{0,63}$',
  allowed: 'a name of small letters, digits and _, such as voltage_high',
});
const Text = Type.Object(
  { en: Type.String({ minLength: 1, maxLength: 300 }), zh: Type.String({ minLength: 1, maxLength: 300 }) },
  { ...strict, description: 'What the operator reads; names in braces are filled in' },
);
const Deadband = Type.Number({ minimum: 0 });

const EscalationSchema = Type.Array(Type.Object({ limit: Type.Number(), severity: SeveritySchema }, strict), {
  maxItems: 3,
  description: 'Further limits beyond the first, each more severe',
});

/** Another limit for some: the nearest holds, a device before its model before its kind. */
export const OverrideSchema = Type.Object(
  {
    devices: Type.Optional(Names),
    models: Type.Optional(Names),
    kinds: Type.Optional(Kinds),
    off: Type.Optional(Type.Boolean({ description: 'The rule does not hold for these' })),
    limit: Type.Optional(Type.Number()),
    severity: Type.Optional(SeveritySchema),
    escalation: Type.Optional(EscalationSchema),
    deadband: Type.Optional(Deadband),
    onDelay: Type.Optional(Duration()),
    offDelay: Type.Optional(Duration()),
  },
  strict,
);

export const LimitRuleSchema = Type.Object(
  {
    id: RuleId,
    metrics: Type.Array(Name, { minItems: 1, maxItems: 50, description: 'Names of the catalogue of quantities' }),
    devices: Type.Optional(Names),
    models: Type.Optional(Names),
    kinds: Type.Optional(Kinds),
    high: Type.Optional(Type.Number({ description: 'In the unit of the catalogue; trips at or above' })),
    low: Type.Optional(Type.Number({ description: 'In the unit of the catalogue; trips at or below' })),
    severity: SeveritySchema,
    escalation: Type.Optional(EscalationSchema),
    deadband: Deadband,
    onDelay: Duration({ default: '0s', description: 'Source time that the value must be beyond the limit' }),
    offDelay: Duration({ default: '0s', description: 'Source time that it must be back, beyond the deadband' }),
    text: Text,
    source: Type.Optional(Type.String({ description: 'Where the limit comes from' })),
    overrides: Type.Optional(Type.Array(OverrideSchema, { maxItems: 1000 })),
  },
  strict,
);

export const PresenceRuleSchema = Type.Object(
  {
    severity: SeveritySchema,
    onDelay: Duration({ description: 'Grid time for which nothing came' }),
    offDelay: Duration({ description: 'Grid time for which it must be back' }),
    text: Text,
  },
  strict,
);

export const StaleRuleSchema = Type.Object(
  {
    severity: SeveritySchema,
    intervals: Type.Number({
      exclusiveMinimum: 1,
      maximum: 1000,
      description: "Without a reading for so many of the device's own intervals its values are stale",
    }),
    onDelay: Duration({ description: 'And at least for so long' }),
    offDelay: Duration({ description: 'Grid time for which readings must come again' }),
    text: Text,
    groupAbove: Type.Integer({
      minimum: 1,
      maximum: 10_000,
      description: 'More devices of one agent at once are one alert for the agent',
    }),
    groupText: Text,
  },
  strict,
);

const HistorySchema = Type.Object(
  {
    maxAge: Duration({ description: 'Older events are dropped' }),
    maxEvents: Type.Integer({
      minimum: 1000,
      maximum: 100_000_000,
      description: 'Events beyond this number are dropped',
    }),
  },
  strict,
);

/** The built-in rules: all sections. */
export const BuiltInRulesSchema = Type.Object(
  {
    limits: Type.Array(LimitRuleSchema),
    communicationLoss: PresenceRuleSchema,
    brokerLoss: PresenceRuleSchema,
    valueStale: StaleRuleSchema,
    history: HistorySchema,
  },
  strict,
);

/** rules.yaml: what differs from the built-in rules. */
export const RulesFileSchema = Type.Object(
  {
    builtIn: Type.Boolean({ default: true, description: 'false: of the limits, only those of this file hold' }),
    disable: Type.Optional(Type.Array(Name, { maxItems: 1000, description: 'Built-in limits that do not hold' })),
    limits: Type.Optional(
      Type.Array(LimitRuleSchema, {
        maxItems: 1000,
        description: 'Further limits; one with the id of a built-in limit replaces it',
      }),
    ),
    communicationLoss: Type.Optional(Type.Partial(PresenceRuleSchema, strict)),
    brokerLoss: Type.Optional(Type.Partial(PresenceRuleSchema, strict)),
    valueStale: Type.Optional(Type.Partial(StaleRuleSchema, strict)),
    history: Type.Optional(Type.Partial(HistorySchema, strict)),
  },
  strict,
);

export type LimitRule = Static<typeof LimitRuleSchema>;
export type Override = Static<typeof OverrideSchema>;
export type PresenceRule = Static<typeof PresenceRuleSchema>;
export type StaleRule = Static<typeof StaleRuleSchema>;
export type RulesFile = Static<typeof RulesFileSchema>;
export type Rules = Static<typeof BuiltInRulesSchema>;
export type BilingualText = Static<typeof Text>;
