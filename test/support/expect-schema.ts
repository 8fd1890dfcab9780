import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { expect } from 'vitest';

/** The text as JSON, once it is what the schema says. */
export function parsedAs<S extends TSchema>(schema: S, text: string): Static<S> {
  const value: unknown = JSON.parse(text);
  expect([...Value.Errors(schema, value)]).toEqual([]);
  return value as Static<S>;
}
