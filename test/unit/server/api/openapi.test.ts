import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ApiHarness, apiHarness } from '../../../support/api-harness.ts';

interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly 'x-role': string;
  readonly security?: readonly object[];
  readonly parameters?: readonly { readonly name: string; readonly required: boolean }[];
  readonly responses: Readonly<Record<string, { readonly content: Readonly<Record<string, unknown>> }>>;
}
interface Document {
  readonly openapi: string;
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: object };
}

let harness: ApiHarness;
let document: Document;
let operations: (Operation & { readonly route: string })[];
beforeAll(async () => {
  harness = await apiHarness();
  document = (await harness.api.inject('/api/v1/openapi.json')).json();
  operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ ...operation, route: `${method.toUpperCase()} ${path}` })),
  );
});
afterAll(() => harness.api.close());

test('it is OpenAPI 3.1 and holds every route', () => {
  expect(document.openapi).toBe('3.1.0');
  const routes = harness.routes
    .filter(({ method }) => method !== 'HEAD')
    .map(({ method, url }) => `${method} ${url.replaceAll(/:([a-z]+)/g, '{$1}')}`);
  expect(operations.map(({ route }) => route).sort()).toEqual(routes.sort());
});

test('every operation has a name of its own, words, a known tag, and its role', () => {
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
  const tags = new Set(document.tags.map(({ name }) => name));
  for (const operation of operations) {
    expect([operation.route, operation.tags.every((tag) => tags.has(tag)), operation.summary.length > 0]).toEqual([
      operation.route,
      true,
      true,
    ]);
    expect(operation['x-role']).toMatch(/^(public|viewer|operator|engineer|admin|auditor|agent)$/);
    expect(operation.security).toEqual(
      operation['x-role'] === 'public' ? undefined : [{ bearer: [] }, { session: [] }],
    );
  }
});

test('errors are problems, tables are CSV as well', () => {
  const readings = operations.find(({ operationId }) => operationId === 'listReadings');
  expect(Object.keys(readings?.responses['200']?.content ?? {})).toEqual(['application/json', 'text/csv']);
  for (const { responses } of operations) {
    expect(Object.keys(responses['4XX']?.content ?? {})).toEqual(['application/problem+json']);
  }
  expect(document.components.schemas).toHaveProperty('Problem.properties.code');
});

test('a parameter with a default may be left out', () => {
  const readings = operations.find(({ operationId }) => operationId === 'listReadings');
  const required = readings?.parameters?.filter((parameter) => parameter.required).map(({ name }) => name);
  expect(required).toEqual(['from', 'to', 'id']);
});

test('every reference leads somewhere', () => {
  const text = JSON.stringify(document);
  for (const [, pointer = ''] of text.matchAll(/"\$ref":"#([^"]+)"/g)) {
    const target = pointer
      .split('/')
      .slice(1)
      .reduce<unknown>((node, key) => Reflect.get(Object(node), key), document);
    expect(target).toBeDefined();
  }
});
