import { GridwardenError } from '../../edge/platform/errors.ts';
import type { AgentState } from '../live/live-state.ts';
import type { AgentRow } from '../live/protocol.ts';
import { agentRow } from '../live/rows-board.ts';
import {
  type Agent,
  AgentSchema,
  AgentsPageSchema,
  AgentsQuery,
  type Delivery,
  DeliverySchema,
} from './agents.schema.ts';
import { IdParams } from './common.schema.ts';
import { explanationRoutes } from './explanations.ts';
import { pageOf } from './page.ts';
import type { ApiContext } from './parts.ts';
import type { Api } from './route.ts';
import { csvBody, type Table, timeCell, wantsCsv } from './table.ts';

/** Agents (Sparkplug edge nodes) and the delivery of their records. */
export function agentRoutes(api: Api, context: ApiContext): void {
  const { parts } = context;
  const find = (id: string): AgentState => {
    const agent = parts.get('host').state.agents.get(id);
    if (agent === undefined) throw new GridwardenError('NOT_FOUND', `There is no agent ${id}`);
    return agent;
  };

  api.get(
    '/agents',
    {
      config: { role: 'viewer', csv: true },
      schema: {
        operationId: 'listAgents',
        tags: ['agents'],
        summary: 'Agents, by id',
        querystring: AgentsQuery,
        response: { 200: AgentsPageSchema },
      },
    },
    (request, reply) => {
      const { limit, cursor } = request.query;
      const page = pageOf(parts.get('host').state.agents.values(), ({ id }) => id, { limit, cursor, filters: {} });
      const rows = page.items.map(agentRow);
      if (wantsCsv(request)) return csvBody(reply, 'agents', agentTable(rows));
      return { ...page, items: rows };
    },
  );

  api.get(
    '/agents/:id',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'getAgent',
        tags: ['agents'],
        summary: 'One agent with its own metrics',
        params: IdParams,
        response: { 200: AgentSchema },
      },
    },
    (request) => agentDetail(find(request.params.id)),
  );

  api.get(
    '/agents/:id/delivery',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'getDelivery',
        tags: ['agents'],
        summary: 'What became of the records of an agent: taken = stored + waiting + explained',
        params: IdParams,
        response: { 200: DeliverySchema },
      },
    },
    (request): Delivery => {
      const { id } = find(request.params.id);
      const report = parts.get('host').delivery(id);
      if (report === undefined) {
        throw new GridwardenError('NOT_FOUND', `${id} numbers no records: it is not an agent of gridwarden`);
      }
      const { asOfMs, epochs, ...counts } = report;
      const ranges = epochs.map((epoch) => ({ ...epoch, stored: epoch.stored.map((range) => [...range]) }));
      return { ...counts, asOf: new Date(asOfMs).toISOString(), epochs: ranges };
    },
  );

  explanationRoutes(api, context);
}

function agentDetail(agent: AgentState): Agent {
  return {
    ...agentRow(agent),
    group: agent.group,
    node: agent.node,
    epoch: agent.epoch ?? null,
    bdSeq: agent.bdSeq ?? null,
    metrics: [...agent.metrics.values()],
  };
}

function agentTable(rows: readonly AgentRow[]): Table {
  return {
    columns: ['id', 'presence', 'since', 'last_seen', 'devices'],
    rows: rows.map((row) => [row.id, row.presence, timeCell(row.sinceMs), timeCell(row.lastSeenMs), row.devices]),
  };
}
