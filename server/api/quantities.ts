import { QUALITIES } from '../../edge/protocol/quality.ts';
import { METRIC_NAMES, pollClassOf, quantityOf } from '../../edge/protocol/quantities.ts';
import { AGGREGATES, ORIGINS } from '../store/telemetry-store.ts';
import { type Quantities, QuantitiesQuery, QuantitiesSchema, type Quantity } from './quantities.schema.ts';
import type { Api } from './route.ts';
import { csvBody, type Table, wantsCsv } from './table.ts';

/** The catalogue of quantities and the codes that columns hold. */
export function quantityRoutes(api: Api): void {
  const items = METRIC_NAMES.flatMap(describe);
  const catalogue: Quantities = {
    items,
    qualities: QUALITIES.map((quality, code) => ({ code, quality })),
    origins: ORIGINS.map((origin, code) => ({ code, origin })),
    aggregates: [...AGGREGATES],
  };
  api.get(
    '/quantities',
    {
      config: { role: 'viewer', csv: true },
      schema: {
        operationId: 'listQuantities',
        tags: ['quantities'],
        summary: 'The catalogue of quantities, and the meaning of quality and origin codes',
        querystring: QuantitiesQuery,
        response: { 200: QuantitiesSchema },
      },
    },
    (request, reply) => (wantsCsv(request) ? csvBody(reply, 'quantities', table(items)) : catalogue),
  );
}

function describe(metric: string): Quantity[] {
  const quantity = quantityOf(metric);
  if (quantity === undefined) return [];
  const { unit, kind, readingType, min, max, en, zh } = quantity;
  return [
    { metric, unit, kind, pollClass: pollClassOf(kind), readingType: readingType ?? null, min, max, name: { en, zh } },
  ];
}

function table(items: readonly Quantity[]): Table {
  return {
    columns: ['metric', 'unit', 'kind', 'poll_class', 'reading_type', 'min', 'max', 'name_en', 'name_zh'],
    rows: items.map(({ metric, unit, kind, pollClass, readingType, min, max, name }) => [
      metric,
      unit,
      kind,
      pollClass,
      readingType,
      min,
      max,
      name.en,
      name.zh,
    ]),
  };
}
