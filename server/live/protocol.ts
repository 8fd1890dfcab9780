import { type Static, type TSchema, Type } from 'typebox';

/**
 * WebSocket subprotocol `gridwarden.v1` at `/api/v1/live`: JSON text messages. The server sends `welcome`, then answers
 * subscriptions. Points are columns and latest value wins: a frame holds each series at most once. Rows of devices and
 * agents are latest value wins, too. Events (alerts) are numbered (epoch, seq) and never skipped.
 */
export const SUBPROTOCOL = 'gridwarden.v1';
export const LIVE_PATH = '/api/v1/live';

const strict = { additionalProperties: false } as const;
const SubscriptionId = Type.String({ minLength: 1, maxLength: 64 });
const Name = Type.String({ minLength: 1, maxLength: 200 });

function Nullable<S extends TSchema>(schema: S) {
  return Type.Union([schema, Type.Null()]);
}

export const TOPICS = ['points', 'devices', 'agents', 'alerts', 'backfills'] as const;
export type Topic = (typeof TOPICS)[number];

export const SubscribeSchema = Type.Object(
  {
    type: Type.Literal('subscribe'),
    id: SubscriptionId,
    topic: Type.Enum(TOPICS),
    devices: Type.Optional(
      Type.Array(Name, {
        maxItems: 10_000,
        description: 'For points, devices and backfills: only these devices (all without it)',
      }),
    ),
    metrics: Type.Optional(
      Type.Array(Name, { maxItems: 100, description: 'For points: only these metrics (all without it)' }),
    ),
    maxRate: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 10,
        description: 'For points, devices and agents: most messages a second',
      }),
    ),
    after: Type.Optional(
      Type.Object(
        { epoch: Type.String(), seq: Type.Integer({ minimum: 0 }) },
        { ...strict, description: 'For alerts: go on after this event (a page that connects again)' },
      ),
    ),
  },
  strict,
);
export const UnsubscribeSchema = Type.Object({ type: Type.Literal('unsubscribe'), id: SubscriptionId }, strict);
export const FrameAckSchema = Type.Object(
  { type: Type.Literal('ack'), frame: Type.Integer({ minimum: 0 }) },
  {
    ...strict,
    description:
      'The client has handled this `snapshot` or `points` message and all that came before it; without it the server ' +
      'stops sending these after a few. Frames are names, not an order.',
  },
);
export const ClientMessageSchema = Type.Union([SubscribeSchema, UnsubscribeSchema, FrameAckSchema]);
export type ClientMessage = Static<typeof ClientMessageSchema>;
export type Subscribe = Static<typeof SubscribeSchema>;

const PresenceSchema = Type.Union([Type.Literal('online'), Type.Literal('offline'), Type.Literal('stale')]);

export const WelcomeSchema = Type.Object({
  type: Type.Literal('welcome'),
  protocol: Type.Literal(SUBPROTOCOL),
  serverEpoch: Type.String({ description: 'Changes when the server was started again' }),
  gridNowMs: Type.Number(),
  speed: Type.Number({ description: 'Grid seconds in one real second' }),
  simulated: Type.Boolean(),
  timeZone: Type.String(),
  heartbeatMs: Type.Integer({
    description: 'A heartbeat comes so often; without one for three times as long the stream is lost',
  }),
  window: Type.Integer({ description: 'Unacknowledged frames after which the server waits for the client' }),
});

export const SeriesInfoSchema = Type.Object(
  { slot: Type.Integer(), device: Type.String(), metric: Type.String(), unit: Type.String() },
  {
    description:
      'Sent for each series of a subscription before its first point, and again when its unit changed; `slot` stands ' +
      'for it from then on',
  },
);

export const PointColumnsSchema = Type.Object(
  {
    slot: Type.Array(Type.Integer()),
    value: Type.Array(Nullable(Type.Number()), { description: 'Null where the quality is not 0 (good)' }),
    baseMs: Type.Number(),
    offsetMs: Type.Array(Type.Number(), { description: 'The time of reading is `baseMs` + `offsetMs`' }),
    quality: Type.Array(Type.Integer(), { description: 'Codes, see `GET /api/v1/quantities`; 0 is good' }),
    stale: Type.Array(Type.Integer(), { description: '1 where the value is no longer fresh' }),
    texts: Type.Optional(
      Type.Array(Type.Object({ slot: Type.Integer(), text: Type.String() }), {
        description: "Values that are not numbers (a foreign device's strings); `value` is null there",
      }),
    ),
  },
  { description: 'Points, each list a column' },
);

export const SnapshotSchema = Type.Object(
  {
    type: Type.Literal('snapshot'),
    id: SubscriptionId,
    frame: Type.Integer(),
    series: Type.Array(SeriesInfoSchema),
    points: PointColumnsSchema,
    more: Type.Boolean({ description: 'More snapshot messages of this subscription follow' }),
  },
  { description: 'The answer to `subscribe`: the series, and the points of those that were ever seen' },
);
export const PointsSchema = Type.Object(
  {
    type: Type.Literal('points'),
    id: SubscriptionId,
    frame: Type.Integer(),
    series: Type.Optional(
      Type.Array(SeriesInfoSchema, { description: 'Series that appeared since the snapshot, or whose unit changed' }),
    ),
    points: PointColumnsSchema,
  },
  { description: 'The newest point of each series that changed since the last message of this subscription' },
);

export const DeviceRowSchema = Type.Object({
  id: Type.String(),
  agent: Type.String(),
  model: Nullable(Type.String()),
  kind: Type.String(),
  presence: PresenceSchema,
  sinceMs: Type.Number(),
  lastReadingMs: Nullable(
    Type.Number({ description: 'As of this message: a reading alone does not send a row, points tell of it' }),
  ),
});
export const AgentRowSchema = Type.Object({
  id: Type.String(),
  presence: PresenceSchema,
  sinceMs: Type.Number(),
  lastSeenMs: Type.Number({ description: 'As of this message' }),
  devices: Type.Integer(),
});

const Full = Type.Boolean({
  description:
    'true begins anew: forget the rows that you have; what does not fit in one message, and later changes, follow with false',
});
export const DevicesSchema = Type.Object({
  type: Type.Literal('devices'),
  id: SubscriptionId,
  full: Full,
  rows: Type.Array(DeviceRowSchema),
});
export const AgentsSchema = Type.Object({
  type: Type.Literal('agents'),
  id: SubscriptionId,
  full: Full,
  rows: Type.Array(AgentRowSchema),
});

export const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const;
export const AlertSchema = Type.Object({
  id: Type.String(),
  rule: Type.String(),
  subject: Type.String({ description: 'Device, agent (`group/node`), or `server`' }),
  metric: Nullable(Type.String()),
  severity: Type.Enum(SEVERITIES),
  text: Type.Object({ en: Type.String(), zh: Type.String() }),
  value: Nullable(Type.Number()),
  limit: Nullable(Type.Number()),
  unit: Nullable(Type.String()),
  state: Type.Enum(['A', 'B', 'C', 'D', 'E', 'F', 'G'], {
    description:
      'ISA-18.2: A normal, B unacknowledged, C acknowledged, D returned unacknowledged, E shelved, F suppressed by ' +
      'design, G out of service',
  }),
  active: Type.Boolean(),
  acknowledged: Type.Boolean(),
  raisedMs: Type.Number(),
  clearedMs: Nullable(Type.Number()),
});
export type Alert = Static<typeof AlertSchema>;

export const AlertEventSchema = Type.Object({
  epoch: Type.String(),
  seq: Type.Integer(),
  transition: Type.Enum(['raised', 'cleared', 'severity', 'acknowledged', 'superseded'], {
    description: '`superseded`: it had returned unacknowledged and came again; a new alert stands in its place',
  }),
  atMs: Type.Number(),
  alert: AlertSchema,
});
export type AlertEvent = Static<typeof AlertEventSchema>;

export const AlertsSchema = Type.Object(
  {
    type: Type.Literal('alerts'),
    id: SubscriptionId,
    full: Type.Boolean({ description: 'true begins anew: forget the alerts that you have' }),
    alerts: Type.Optional(
      Type.Array(AlertSchema, {
        description: 'Not normal now; a long list goes on in further messages with `full: false`',
      }),
    ),
    events: Type.Array(AlertEventSchema, { description: 'In order, none skipped' }),
    at: Type.Object({ epoch: Type.String(), seq: Type.Integer() }, { description: 'Position after this message' }),
  },
  {
    description:
      'The list, then events. After `subscribe` with a position `after` that the log still has, there is no list: the ' +
      'events after it follow at once.',
  },
);

export const BackfilledSchema = Type.Object(
  {
    type: Type.Literal('backfilled'),
    id: SubscriptionId,
    ranges: Type.Array(Type.Object({ device: Type.String(), fromMs: Type.Number(), toMs: Type.Number() })),
    missed: Type.Optional(
      Type.Boolean({ description: 'The client was too slow for some: fetch every open chart again' }),
    ),
  },
  {
    description:
      'The answer to `subscribe` (without ranges); then historical data that were stored: an open chart fetches them again',
  },
);

const HealthSchema = Type.Object({
  ok: Type.Boolean(),
  reason: Type.String({ description: 'Why not, in one line' }),
});
export const HeartbeatSchema = Type.Object({
  type: Type.Literal('heartbeat'),
  gridNowMs: Type.Number(),
  broker: HealthSchema,
  store: HealthSchema,
});
export const LiveErrorSchema = Type.Object(
  {
    type: Type.Literal('error'),
    code: Type.String({ description: 'Of the error catalogue' }),
    message: Type.String(),
    id: Type.Optional(SubscriptionId),
  },
  { description: 'A message that was not taken; with `id` the subscription is not there (any more)' },
);

export const ServerMessageSchema = Type.Union([
  WelcomeSchema,
  SnapshotSchema,
  PointsSchema,
  DevicesSchema,
  AgentsSchema,
  AlertsSchema,
  BackfilledSchema,
  HeartbeatSchema,
  LiveErrorSchema,
]);
export type ServerMessage = Static<typeof ServerMessageSchema>;
export type PointColumns = Static<typeof PointColumnsSchema>;
export type DeviceRow = Static<typeof DeviceRowSchema>;
export type AgentRow = Static<typeof AgentRowSchema>;
