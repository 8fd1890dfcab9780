import { type Static, Type } from 'typebox';

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

export const TOPICS = ['points', 'devices', 'agents', 'alerts', 'backfills'] as const;
export type Topic = (typeof TOPICS)[number];

export const SubscribeSchema = Type.Object(
  {
    type: Type.Literal('subscribe'),
    id: SubscriptionId,
    topic: Type.Enum(TOPICS),
    /** For points, devices and backfills: only these devices (all without it). */
    devices: Type.Optional(Type.Array(Name, { maxItems: 10_000 })),
    /** For points: only these metrics (all without it). */
    metrics: Type.Optional(Type.Array(Name, { maxItems: 100 })),
    /** Most frames a second for this subscription. */
    maxRate: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 10 })),
    /** For alerts: go on after this event (a page that reconnects). */
    after: Type.Optional(Type.Object({ epoch: Type.String(), seq: Type.Integer({ minimum: 0 }) }, strict)),
  },
  strict,
);
export const UnsubscribeSchema = Type.Object({ type: Type.Literal('unsubscribe'), id: SubscriptionId }, strict);
/**
 * The client has handled this `snapshot` or `points` message and all that came before it; without it the server stops
 * sending these after a few. Frames are names, not an order.
 */
export const FrameAckSchema = Type.Object({ type: Type.Literal('ack'), frame: Type.Integer({ minimum: 0 }) }, strict);
export const ClientMessageSchema = Type.Union([SubscribeSchema, UnsubscribeSchema, FrameAckSchema]);
export type ClientMessage = Static<typeof ClientMessageSchema>;
export type Subscribe = Static<typeof SubscribeSchema>;

const PresenceSchema = Type.Union([Type.Literal('online'), Type.Literal('offline'), Type.Literal('stale')]);

export const WelcomeSchema = Type.Object({
  type: Type.Literal('welcome'),
  protocol: Type.Literal(SUBPROTOCOL),
  /** Changes when the server was started again. */
  serverEpoch: Type.String(),
  gridNowMs: Type.Number(),
  speed: Type.Number(),
  simulated: Type.Boolean(),
  timeZone: Type.String(),
  /** A heartbeat comes at least this often; without one for three times as long the stream is lost. */
  heartbeatMs: Type.Integer(),
  /** Unacknowledged point frames after which the server waits for the client. */
  window: Type.Integer(),
});

/**
 * Sent for each series of a subscription before its first point, and again when its unit changed; `slot` stands for it
 * from then on.
 */
export const SeriesInfoSchema = Type.Object({
  slot: Type.Integer(),
  device: Type.String(),
  metric: Type.String(),
  unit: Type.String(),
});

/**
 * Columns of points. `value` is null where `quality` is not 0 (good); `quality` is a code (see
 * `GET /api/v1/quantities`), `stale` is 1 where the value is no longer fresh. `timeMs` is `baseMs + offsets[i]`.
 */
export const PointColumnsSchema = Type.Object({
  slot: Type.Array(Type.Integer()),
  value: Type.Array(Type.Union([Type.Number(), Type.Null()])),
  baseMs: Type.Number(),
  offsetMs: Type.Array(Type.Number()),
  quality: Type.Array(Type.Integer()),
  stale: Type.Array(Type.Integer()),
  /** Values that are not numbers (a foreign device's strings); `value` is null there. */
  texts: Type.Optional(Type.Array(Type.Object({ slot: Type.Integer(), text: Type.String() }))),
});

/** The series of a subscription and the points of those that were ever seen; the answer to its `subscribe`. */
export const SnapshotSchema = Type.Object({
  type: Type.Literal('snapshot'),
  id: SubscriptionId,
  frame: Type.Integer(),
  series: Type.Array(SeriesInfoSchema),
  points: PointColumnsSchema,
  /** More snapshot messages of this subscription follow. */
  more: Type.Boolean(),
});
/** The newest point of each series that changed since the last message of this subscription. */
export const PointsSchema = Type.Object({
  type: Type.Literal('points'),
  id: SubscriptionId,
  frame: Type.Integer(),
  /** Series that appeared since the snapshot, or whose unit changed. */
  series: Type.Optional(Type.Array(SeriesInfoSchema)),
  points: PointColumnsSchema,
});

export const DeviceRowSchema = Type.Object({
  id: Type.String(),
  agent: Type.String(),
  model: Type.Union([Type.String(), Type.Null()]),
  kind: Type.String(),
  presence: PresenceSchema,
  sinceMs: Type.Number(),
  /** As of this message: a reading alone does not send a row, points tell of it. */
  lastReadingMs: Type.Union([Type.Number(), Type.Null()]),
});
export const AgentRowSchema = Type.Object({
  id: Type.String(),
  presence: PresenceSchema,
  sinceMs: Type.Number(),
  /** As of this message. */
  lastSeenMs: Type.Number(),
  devices: Type.Integer(),
});

/**
 * The answer to `subscribe` begins with `full: true` (forget the rows you have); what does not fit in one message, and
 * later changes, follow with `full: false`.
 */
export const DevicesSchema = Type.Object({
  type: Type.Literal('devices'),
  id: SubscriptionId,
  full: Type.Boolean(),
  rows: Type.Array(DeviceRowSchema),
});
export const AgentsSchema = Type.Object({
  type: Type.Literal('agents'),
  id: SubscriptionId,
  full: Type.Boolean(),
  rows: Type.Array(AgentRowSchema),
});

export const SEVERITIES = ['critical', 'high', 'medium', 'low'] as const;
export const AlertSchema = Type.Object({
  id: Type.String(),
  rule: Type.String(),
  /** Device or agent. */
  subject: Type.String(),
  metric: Type.Union([Type.String(), Type.Null()]),
  severity: Type.Enum(SEVERITIES),
  text: Type.Object({ en: Type.String(), zh: Type.String() }),
  value: Type.Union([Type.Number(), Type.Null()]),
  limit: Type.Union([Type.Number(), Type.Null()]),
  unit: Type.Union([Type.String(), Type.Null()]),
  /** ISA-18.2 state letter, derived from the facts. */
  state: Type.Enum(['A', 'B', 'C', 'D', 'E', 'F', 'G']),
  active: Type.Boolean(),
  acknowledged: Type.Boolean(),
  raisedMs: Type.Number(),
  clearedMs: Type.Union([Type.Number(), Type.Null()]),
});
export type Alert = Static<typeof AlertSchema>;

export const AlertEventSchema = Type.Object({
  epoch: Type.String(),
  seq: Type.Integer(),
  transition: Type.Union([
    Type.Literal('raised'),
    Type.Literal('cleared'),
    Type.Literal('severity'),
    Type.Literal('acknowledged'),
    /** It had returned unacknowledged and came again: the new alert stands in its place. */
    Type.Literal('superseded'),
  ]),
  atMs: Type.Number(),
  alert: AlertSchema,
});
export type AlertEvent = Static<typeof AlertEventSchema>;

/**
 * `full: true` begins anew: `alerts` are those that are not normal now (a long list goes on in further messages with
 * `alerts` and `full: false`); then events, in order, none skipped. After `subscribe` with a position `after` that the
 * log still has, there is no list: the events after it follow at once.
 */
export const AlertsSchema = Type.Object({
  type: Type.Literal('alerts'),
  id: SubscriptionId,
  full: Type.Boolean(),
  alerts: Type.Optional(Type.Array(AlertSchema)),
  events: Type.Array(AlertEventSchema),
  /** Position after this message. */
  at: Type.Object({ epoch: Type.String(), seq: Type.Integer() }),
});

/** The answer to `subscribe` (without ranges); then historical data that were stored: an open chart fetches them again. */
export const BackfilledSchema = Type.Object({
  type: Type.Literal('backfilled'),
  id: SubscriptionId,
  ranges: Type.Array(Type.Object({ device: Type.String(), fromMs: Type.Number(), toMs: Type.Number() })),
  /** The client was too slow for some: fetch every open chart again. */
  missed: Type.Optional(Type.Boolean()),
});
export const HeartbeatSchema = Type.Object({
  type: Type.Literal('heartbeat'),
  gridNowMs: Type.Number(),
  /** Whether the server hears its broker and its store answers; else the reason. */
  broker: Type.Object({ ok: Type.Boolean(), reason: Type.String() }),
  store: Type.Object({ ok: Type.Boolean(), reason: Type.String() }),
});
/** A message that was not taken; with `id` the subscription is not there (any more). `code` is of the error catalogue. */
export const LiveErrorSchema = Type.Object({
  type: Type.Literal('error'),
  code: Type.String(),
  message: Type.String(),
  id: Type.Optional(SubscriptionId),
});

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
