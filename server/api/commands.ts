import type { FastifyRequest } from 'fastify';
import { AcceptedSchema } from './agents.schema.ts';
import { IdParams } from './common.schema.ts';
import { MetricParams, MetricWriteSchema } from './devices.schema.ts';
import { findDevice } from './devices.ts';
import type { ApiContext } from './parts.ts';
import { type Api, actorOf } from './route.ts';

interface Command {
  readonly action: string;
  readonly subject: string;
  readonly detail?: Readonly<Record<string, unknown>>;
  send(): Promise<void>;
}

/** Commands to agents and devices. Each is in the audit log before it is sent, and once more when it failed. */
export function commandRoutes(api: Api, { parts }: ApiContext): void {
  const carryOut = async (request: FastifyRequest, { send, ...what }: Command): Promise<{ accepted: true }> => {
    const audit = parts.get('audit');
    const actor = actorOf(request);
    audit.record({ actor, ...what });
    try {
      await send();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      audit.record({
        actor,
        ...what,
        action: `${what.action}.failed`,
        detail: { ...what.detail, reason },
      });
      throw error;
    }
    return { accepted: true };
  };
  const config = { role: 'engineer' } as const;
  const rebirth = { tags: ['commands'], params: IdParams, response: { 202: AcceptedSchema } };
  const write = {
    tags: ['commands'],
    params: MetricParams,
    body: MetricWriteSchema,
    response: { 202: AcceptedSchema },
  };

  api.post(
    '/agents/:id/rebirth',
    { config, schema: { ...rebirth, operationId: 'rebirthAgent', summary: 'Asks an agent to be born again' } },
    (request, reply) => {
      const { id } = request.params;
      reply.code(202);
      return carryOut(request, {
        action: 'agent.rebirth',
        subject: id,
        send: () => parts.get('host').requestRebirth(id),
      });
    },
  );

  api.post(
    '/devices/:id/rebirth',
    { config, schema: { ...rebirth, operationId: 'rebirthDevice', summary: 'Asks a device to be born again' } },
    (request, reply) => {
      const host = parts.get('host');
      const { id, agent } = findDevice(host.state, request.params.id);
      reply.code(202);
      return carryOut(request, { action: 'device.rebirth', subject: id, send: () => host.requestRebirth(agent, id) });
    },
  );

  api.post(
    '/agents/:id/metrics/:name',
    { config, schema: { ...write, operationId: 'writeAgentMetric', summary: 'Writes a metric of an agent' } },
    (request, reply) => {
      const { id, name } = request.params;
      const { value } = request.body;
      reply.code(202);
      return carryOut(request, {
        action: 'agent.write',
        subject: id,
        detail: { metric: name, value },
        send: () => parts.get('host').writeMetric(id, undefined, name, value),
      });
    },
  );

  api.post(
    '/devices/:id/metrics/:name',
    {
      config,
      schema: {
        ...write,
        operationId: 'writeDeviceMetric',
        summary:
          'Writes a metric of a device with the data type of its birth; an agent refuses it unless it is configured',
      },
    },
    (request, reply) => {
      const host = parts.get('host');
      const { id, agent } = findDevice(host.state, request.params.id);
      const { name } = request.params;
      const { value } = request.body;
      reply.code(202);
      return carryOut(request, {
        action: 'device.write',
        subject: id,
        detail: { metric: name, value },
        send: () => host.writeMetric(agent, id, name, value),
      });
    },
  );
}
