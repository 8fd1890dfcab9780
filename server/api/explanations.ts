import { GridwardenError } from '../../edge/platform/errors.ts';
import type { ExplainedRecords } from '../ingest/host.ts';
import { type Explanation, ExplanationsPageSchema, ExplanationsQuery } from './agents.schema.ts';
import { IdParams } from './common.schema.ts';
import { pageOf } from './page.ts';
import type { ApiContext } from './parts.ts';
import type { Api } from './route.ts';
import { csvBody, type Table, wantsCsv } from './table.ts';

/** What the server explains of the records of an agent: which, whose, of when, and why. */
export function explanationRoutes(api: Api, { parts }: ApiContext): void {
  api.get(
    '/agents/:id/explanations',
    {
      config: { role: 'viewer', csv: true },
      schema: {
        operationId: 'listExplanations',
        tags: ['agents'],
        summary: 'Records of an agent that will not come, each with its reason, the latest first',
        params: IdParams,
        querystring: ExplanationsQuery,
        response: { 200: ExplanationsPageSchema },
      },
    },
    (request, reply) => {
      const host = parts.get('host');
      const { id } = request.params;
      if (!host.state.agents.has(id)) throw new GridwardenError('NOT_FOUND', `There is no agent ${id}`);
      const { limit, cursor } = request.query;
      const page = pageOf(host.explanations(id), latestFirst, { limit, cursor, filters: { id } });
      const items = page.items.map(explanationOf);
      if (wantsCsv(request)) return csvBody(reply, 'explanations', explanationTable(items));
      return { ...page, items };
    },
  );
}

/** A key by which the latest comes first; digits enough for any time and number. */
function latestFirst({ explainedMs, epoch, range }: ExplainedRecords): string {
  const digits = (value: number) => String(value).padStart(16, '0');
  return `${digits(Number.MAX_SAFE_INTEGER - explainedMs)} ${epoch} ${digits(range[0])}`;
}

function explanationOf({ epoch, range, reason, devices, fromMs, toMs, explainedMs }: ExplainedRecords): Explanation {
  const isTimeKnown = fromMs !== 0 || toMs !== 0;
  return {
    reason,
    records: range[1] - range[0] + 1,
    devices: [...devices],
    from: isTimeKnown ? new Date(fromMs).toISOString() : null,
    to: isTimeKnown ? new Date(toMs).toISOString() : null,
    epoch,
    fromN: range[0],
    toN: range[1],
    explainedAt: new Date(explainedMs).toISOString(),
  };
}

function explanationTable(items: readonly Explanation[]): Table {
  return {
    columns: ['reason', 'records', 'devices', 'from', 'to', 'epoch', 'from_n', 'to_n', 'explained_at'],
    rows: items.map(({ reason, records, devices, from, to, epoch, fromN, toN, explainedAt }) => [
      reason,
      records,
      devices.join(' '),
      from,
      to,
      epoch,
      fromN,
      toN,
      explainedAt,
    ]),
  };
}
