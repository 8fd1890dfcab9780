import type { TSchema } from 'typebox';
import { Type } from 'typebox';
import packageJson from '../../package.json' with { type: 'json' };
import {
  AgentsSchema,
  AlertsSchema,
  BackfilledSchema,
  DevicesSchema,
  FrameAckSchema,
  HeartbeatSchema,
  LiveErrorSchema,
  PointsSchema,
  SnapshotSchema,
  SUBPROTOCOL,
  SubscribeSchema,
  UnsubscribeSchema,
  WelcomeSchema,
} from '../live/protocol.ts';
import type { Api } from './route.ts';

/** Messages that the page sends, with what each is for. */
const CLIENT_MESSAGES: Readonly<Record<string, readonly [TSchema, string]>> = {
  subscribe: [SubscribeSchema, 'Begins a subscription: a topic, a filter and a rate'],
  unsubscribe: [UnsubscribeSchema, 'Ends a subscription'],
  ack: [FrameAckSchema, 'Everything up to this frame is handled; without it the server stops sending points'],
};

const SERVER_MESSAGES: Readonly<Record<string, readonly [TSchema, string]>> = {
  welcome: [WelcomeSchema, 'First message of a connection'],
  snapshot: [SnapshotSchema, 'The latest values at the begin of a subscription of points'],
  points: [PointsSchema, 'Changed values in columns; the latest value wins'],
  devices: [DevicesSchema, 'Devices: all at first, then those that changed'],
  agents: [AgentsSchema, 'Agents: all at first, then those that changed'],
  alerts: [AlertsSchema, 'Alerts: all that are not normal at first, then each event, none skipped'],
  backfilled: [BackfilledSchema, 'Late readings were stored: fetch that range again'],
  heartbeat: [HeartbeatSchema, 'The server lives; health of what it stands on'],
  error: [LiveErrorSchema, 'A message was refused'],
};

/** The AsyncAPI 3 document of the live stream, at `asyncapi.json`. */
export function asyncApiRoute(api: Api): void {
  const document = asyncApiDocument();
  api.get(
    '/asyncapi.json',
    {
      config: { role: 'public' },
      schema: {
        operationId: 'getAsyncApi',
        tags: ['documents'],
        summary: 'The live stream as AsyncAPI describes it',
        response: { 200: Type.Unknown({ description: 'AsyncAPI 3.0' }) },
      },
    },
    () => document,
  );
}

/** AsyncAPI 3.0.0 description of `GET /api/v1/live`, made from the schemas that the stream validates with. */
export function asyncApiDocument(): object {
  const all = { ...CLIENT_MESSAGES, ...SERVER_MESSAGES };
  const refs = (names: object, base: string) => Object.keys(names).map((name) => ({ $ref: `${base}/${name}` }));
  const channelMessages = '#/channels/live/messages';
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'gridwarden live stream',
      version: packageJson.version,
      description: 'JSON text messages over one WebSocket.',
    },
    defaultContentType: 'application/json',
    channels: {
      live: {
        address: '/api/v1/live',
        description: `WebSocket with the subprotocol ${SUBPROTOCOL}. Needs the role viewer.`,
        messages: Object.fromEntries(Object.keys(all).map((name) => [name, { $ref: `#/components/messages/${name}` }])),
        bindings: { ws: { method: 'GET', bindingVersion: '0.1.0' } },
      },
    },
    operations: {
      fromPage: {
        action: 'receive',
        channel: { $ref: '#/channels/live' },
        summary: 'What a page sends',
        messages: refs(CLIENT_MESSAGES, channelMessages),
      },
      toPage: {
        action: 'send',
        channel: { $ref: '#/channels/live' },
        summary: 'What the server sends',
        messages: refs(SERVER_MESSAGES, channelMessages),
      },
    },
    components: {
      messages: Object.fromEntries(
        Object.entries(all).map(([name, [payload, summary]]) => [name, { name, summary, payload }]),
      ),
    },
  };
}
