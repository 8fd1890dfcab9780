/**
 * What the page knows of the server: types only, taken from the schemas that the server validates with. Nothing of the
 * server is in the page's bundle.
 */
export type { Agent, AgentsPage, Delivery, Explanation, ExplanationsPage } from '../../api/agents.schema.ts';
export type { AlertsPage } from '../../api/alerts.schema.ts';
export type { Device } from '../../api/devices.schema.ts';
export type { GridFindings, GridSearch, GridTree } from '../../api/grid.schema.ts';
export type { GridOneLine, LineArea, LineMeter } from '../../api/grid-one-line.schema.ts';
export type { IngestProblems } from '../../api/ingest-problems.schema.ts';
export type { Me } from '../../api/me.schema.ts';
export type { Problem } from '../../api/problem.schema.ts';
export type { Readings, SeriesReadings } from '../../api/readings.schema.ts';
export type { SignIn } from '../../api/session.schema.ts';
export type {
  AgentRow,
  Alert,
  AlertEvent,
  ClientMessage,
  DeviceRow,
  PointColumns,
  ServerMessage,
  Subscribe,
} from '../../live/protocol.ts';

import type { ServerMessage } from '../../live/protocol.ts';

type Protocol = typeof import('../../live/protocol.ts');
/** The WebSocket subprotocol; the type makes a change at the server an error here. */
export const SUBPROTOCOL: Protocol['SUBPROTOCOL'] = 'gridwarden.v1';

export type MessageOf<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>;
export type Presence = 'online' | 'offline' | 'stale';
export type Severity = 'critical' | 'high' | 'medium' | 'low';
/** Worst first. */
export const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low'];
