import { expect, test } from 'vitest';
import { QUALITIES } from '../../../../edge/protocol/quality.ts';
import { METRIC_NAMES } from '../../../../edge/protocol/quantities.ts';
import { QuantitiesSchema } from '../../../../server/api/quantities.schema.ts';
import { apiHarness } from '../../../support/api-harness.ts';
import { parsedAs } from '../../../support/expect-schema.ts';

test('the catalogue holds every quantity, and what each code means', async () => {
  const { api } = await apiHarness();
  const catalogue = parsedAs(QuantitiesSchema, (await api.inject('/api/v1/quantities')).body);
  expect(catalogue.items.map(({ metric }) => metric)).toEqual(METRIC_NAMES);
  expect(catalogue.items.find(({ metric }) => metric === 'energy_import')).toMatchObject({
    unit: 'kWh',
    kind: 'register',
    pollClass: 'registers',
    name: { en: 'Energy import', zh: '正向有功电能' },
  });
  expect(catalogue.qualities).toEqual(QUALITIES.map((quality, code) => ({ code, quality })));
  expect(catalogue.origins[0]).toEqual({ code: 0, origin: 'live' });
  const csv = await api.inject('/api/v1/quantities?format=csv');
  expect(csv.body.split('\n')).toHaveLength(METRIC_NAMES.length + 2);
  await api.close();
});
