import { GridwardenError } from '../../edge/platform/errors.ts';
import type { AlertQuery } from '../alarms/alert-service.ts';
import { type Alert, AlertSchema } from '../live/protocol.ts';
import { AcknowledgeBody, ALERT_STATES, AlertsPageSchema, AlertsQuery } from './alerts.schema.ts';
import { IdParams } from './common.schema.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { ApiContext } from './parts.ts';
import { type Api, actorOf } from './route.ts';
import { csvBody, type Table, timeCell, wantsCsv } from './table.ts';
import { parseWhen } from './when.ts';

/** Alerts, newest first. */
export function alertRoutes(api: Api, { parts, settings }: ApiContext): void {
  api.get(
    '/alerts',
    {
      config: { role: 'viewer', csv: true },
      schema: {
        operationId: 'listAlerts',
        tags: ['alerts'],
        summary: 'Alerts, newest first',
        querystring: AlertsQuery,
        response: { 200: AlertsPageSchema },
      },
    },
    (request, reply) => {
      const { limit, cursor, state, from } = request.query;
      const filters = { state, from };
      const after = decodeCursor(cursor, filters);
      // One more than the page holds tells whether another page follows.
      const query: AlertQuery = {
        limit: limit + 1,
        ...(state !== undefined && { states: statesOf(state) }),
        ...(from !== undefined && { fromMs: parseWhen('from', from, settings.timeZone) }),
        ...(after !== undefined && { after }),
      };
      const found = parts.get('alerts').list(query);
      const items = found.slice(0, limit);
      const last = items.at(-1);
      const next = last && found.length > limit ? encodeCursor(last.id, filters) : null;
      return wantsCsv(request) ? csvBody(reply, 'alerts', alertTable(items)) : { items, next };
    },
  );

  api.get(
    '/alerts/:id',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'getAlert',
        tags: ['alerts'],
        summary: 'One alert',
        params: IdParams,
        response: { 200: AlertSchema },
      },
    },
    (request) => {
      const alert = parts.get('alerts').find(request.params.id);
      if (alert === undefined) throw new GridwardenError('NOT_FOUND', `There is no alert ${request.params.id}`);
      return alert;
    },
  );

  api.post(
    '/alerts/:id/acknowledge',
    {
      config: { role: 'operator' },
      schema: {
        operationId: 'acknowledgeAlert',
        tags: ['alerts'],
        summary: 'Says that a person has seen the alert',
        params: IdParams,
        body: AcknowledgeBody,
        response: { 200: AlertSchema },
      },
    },
    (request) => {
      const { id } = request.params;
      const reason = request.body?.reason;
      const actor = actorOf(request);
      const detail = reason === undefined ? {} : { reason };
      parts.get('audit').record({ actor, action: 'alert.acknowledge', subject: id, detail });
      return parts.get('alarms').acknowledge(id, actor.name, reason);
    },
  );
}

function statesOf(text: string): Alert['state'][] {
  const named = new Set(text.split(','));
  return ALERT_STATES.filter((state) => named.has(state));
}

function alertTable(alerts: readonly Alert[]): Table {
  return {
    columns: [
      'id',
      'raised',
      'cleared',
      'state',
      'severity',
      'subject',
      'metric',
      'rule',
      'text_en',
      'text_zh',
      'value',
      'limit',
      'unit',
    ],
    rows: alerts.map((alert) => [
      alert.id,
      timeCell(alert.raisedMs),
      timeCell(alert.clearedMs),
      alert.state,
      alert.severity,
      alert.subject,
      alert.metric,
      alert.rule,
      alert.text.en,
      alert.text.zh,
      alert.value,
      alert.limit,
      alert.unit,
    ]),
  };
}
