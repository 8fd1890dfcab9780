import { expect, test } from 'vitest';
import { IngestProblemsSchema } from '../../../../server/api/ingest-problems.schema.ts';
import { apiHarness } from '../../../support/api-harness.ts';
import { parsedAs } from '../../../support/expect-schema.ts';

test('what the host noticed, as JSON and as CSV without formulas', async () => {
  const { api, host } = await apiHarness();
  const problem = {
    kind: 'topic',
    topic: '=spBv1.0/x',
    reason: 'three levels',
    count: 2,
    firstMs: 0,
    lastMs: 1000,
  } as const;
  host.noticed.push(problem);
  const url = '/api/v1/ingest/problems';
  expect(parsedAs(IngestProblemsSchema, (await api.inject(url)).body)).toEqual({ items: [problem] });
  const csv = await api.inject({ url, headers: { accept: 'text/csv' } });
  const line = "topic,'=spBv1.0/x,2,1970-01-01T00:00:00.000Z,1970-01-01T00:00:01.000Z,three levels";
  expect(csv.body).toBe(`kind,topic,count,first,last,reason\n${line}\n`);
  await api.close();
});
