import { type IngestProblems, IngestProblemsQuery, IngestProblemsSchema } from './ingest-problems.schema.ts';
import type { ApiContext } from './parts.ts';
import type { Api } from './route.ts';
import { csvBody, type Table, timeCell, wantsCsv } from './table.ts';

/** Garbage, gaps and contradictions in what publishers sent. */
export function ingestProblemRoutes(api: Api, { parts }: ApiContext): void {
  api.get(
    '/ingest/problems',
    {
      config: { role: 'viewer', csv: true },
      schema: {
        operationId: 'listIngestProblems',
        tags: ['ingest'],
        summary: 'What was not as it should be in what publishers sent, latest first',
        querystring: IngestProblemsQuery,
        response: { 200: IngestProblemsSchema },
      },
    },
    (request, reply) => {
      const { kind } = request.query;
      const items = parts
        .get('host')
        .problems()
        .filter((problem) => kind === undefined || problem.kind === kind);
      return wantsCsv(request) ? csvBody(reply, 'ingest-problems', problemTable(items)) : { items };
    },
  );
}

function problemTable(items: IngestProblems['items']): Table {
  return {
    columns: ['kind', 'topic', 'count', 'first', 'last', 'reason', 'device', 'metric', 'time', 'value'],
    rows: items.map((item) => [
      item.kind,
      item.topic,
      item.count,
      timeCell(item.firstMs),
      timeCell(item.lastMs),
      item.reason,
      item.rejected?.device ?? null,
      item.rejected?.metric ?? null,
      timeCell(item.rejected?.timeMs),
      item.rejected?.value ?? null,
    ]),
  };
}
