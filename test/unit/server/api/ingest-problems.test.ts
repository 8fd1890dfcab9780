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
  const line = "topic,'=spBv1.0/x,2,1970-01-01T00:00:00.000Z,1970-01-01T00:00:01.000Z,three levels,,,,";
  expect(csv.body).toBe(`kind,topic,count,first,last,reason,device,metric,time,value\n${line}\n`);
  await api.close();
});

test('values that the store refused, alone, each by device, metric, time, value and reason', async () => {
  const { api, host } = await apiHarness();
  const rejected = { agent: 'east/a', device: 'M-1', metric: 'voltage_a', timeMs: 2000, value: 1.5, reason: 'no room' };
  const common = { count: 2, firstMs: 0, lastMs: 1000 };
  const refused = { ...common, kind: 'rejected_value' as const, topic: 'east/a/M-1', reason: 'words', rejected };
  host.noticed.push({ ...common, kind: 'topic', topic: 'x', reason: 'three levels' }, refused);
  const url = '/api/v1/ingest/problems?kind=rejected_value';
  expect(parsedAs(IngestProblemsSchema, (await api.inject(url)).body)).toEqual({ items: [refused] });
  const [, line] = (await api.inject(`${url}&format=csv`)).body.split('\n');
  expect(line).toBe(
    'rejected_value,east/a/M-1,2,1970-01-01T00:00:00.000Z,1970-01-01T00:00:01.000Z,words,M-1,voltage_a,1970-01-01T00:00:02.000Z,1.5',
  );
  expect((await api.inject('/api/v1/ingest/problems?kind=other')).statusCode).toBe(400);
  await api.close();
});
