import { expect, test } from 'vitest';
import { MeSchema } from '../../../../server/api/me.schema.ts';
import { apiHarness } from '../../../support/api-harness.ts';
import { parsedAs } from '../../../support/expect-schema.ts';

test('without users everybody is local, and may do everything but be an agent', async () => {
  const { api } = await apiHarness();
  const may = ['viewer', 'operator', 'engineer', 'admin', 'auditor'];
  expect(parsedAs(MeSchema, (await api.inject('/api/v1/me')).body)).toEqual({ name: 'local', role: 'admin', may });
  await api.close();
});
