import type { LostValues } from '../ingest/host.ts';
import { IdParams } from './common.schema.ts';
import { type DeviceLosses, DeviceLossesQuery, DeviceLossesSchema } from './device-losses.schema.ts';
import { findDevice } from './devices.ts';
import type { ApiContext } from './parts.ts';
import type { Api } from './route.ts';
import { csvBody, type Table, wantsCsv } from './table.ts';

/** What was lost of a device: how many values of which metric, and why. */
export function deviceLossRoutes(api: Api, { parts }: ApiContext): void {
  api.get(
    '/devices/:id/losses',
    {
      config: { role: 'viewer', csv: true },
      schema: {
        operationId: 'listDeviceLosses',
        tags: ['devices'],
        summary: 'Values of a device that agents dropped, by metric and reason',
        description:
          'What agents counted; `/agents/{id}/explanations` lists the ranges of records that it is the sum of, and under `folded` what is not kept by device any more.',
        params: IdParams,
        querystring: DeviceLossesQuery,
        response: { 200: DeviceLossesSchema },
      },
    },
    (request, reply) => {
      const host = parts.get('host');
      const { id } = findDevice(host.state, request.params.id);
      const losses = host.lostValues(id).map(lossOf);
      return wantsCsv(request) ? csvBody(reply, `${id}-losses`, lossTable(losses)) : { device: id, losses };
    },
  );
}

type Loss = DeviceLosses['losses'][number];

function lossOf({ agent, reason, metric, values, fromMs, toMs }: LostValues): Loss {
  return { metric, values, reason, agent, from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
}

function lossTable(losses: readonly Loss[]): Table {
  return {
    columns: ['metric', 'values', 'reason', 'agent', 'from', 'to'],
    rows: losses.map(({ metric, values, reason, agent, from, to }) => [metric, values, reason, agent, from, to]),
  };
}
