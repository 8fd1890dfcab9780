import type { TSchema } from 'typebox';

type Json = null | boolean | number | string | readonly Json[] | JsonObject;
interface JsonObject {
  readonly [key: string]: Json;
}

/**
 * One of our schemas as a JSON Schema for editors (draft-07): what has a default may be left out, our own words are told
 * as descriptions, and lists of constants are enumerations. What only a check in code knows is not in it.
 */
export function editorSchema(schema: TSchema): JsonObject {
  const plain: Json = JSON.parse(JSON.stringify(schema));
  return isObject(plain) ? schemaNode(plain) : {};
}

const NAMED_SCHEMAS = new Set(['properties', 'patternProperties', 'definitions']);
const OUR_WORDS = new Set(['allowed', 'isPath']);

function schemaNode(node: JsonObject): JsonObject {
  const { allowed, required, properties, anyOf } = node;
  const constants = constantsOf(anyOf);
  const entries = Object.entries(node).flatMap(([key, value]): [string, Json][] => {
    if (OUR_WORDS.has(key)) return [];
    if (key === 'required') return requiredEntry(required, properties);
    if (key === 'anyOf' && constants !== undefined) return [['enum', constants]];
    return [[key, child(key, value)]];
  });
  const told = Object.fromEntries(entries);
  return told.description === undefined && typeof allowed === 'string' ? { ...told, description: allowed } : told;
}

function child(key: string, value: Json): Json {
  if (NAMED_SCHEMAS.has(key) && isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, node]) => [name, asSchema(node)]));
  }
  if (key === 'items' || key === 'additionalProperties') return asSchema(value);
  if ((key === 'anyOf' || key === 'allOf') && isList(value)) return value.map(asSchema);
  return value;
}

function asSchema(node: Json): Json {
  return isObject(node) ? schemaNode(node) : node;
}

/** Keys that must be there: not those that have a default. */
function requiredEntry(required: Json | undefined, properties: Json | undefined): [string, Json][] {
  if (required === undefined || !isList(required)) return [];
  const hasDefault = (key: Json) => {
    const node = typeof key === 'string' && isObject(properties) ? properties[key] : undefined;
    return isObject(node) && node.default !== undefined;
  };
  const wanted = required.filter((key) => !hasDefault(key));
  return wanted.length === 0 ? [] : [['required', wanted]];
}

function constantsOf(anyOf: Json | undefined): Json[] | undefined {
  if (anyOf === undefined || !isList(anyOf)) return undefined;
  const constants = anyOf.flatMap((branch) => (isObject(branch) && branch.const !== undefined ? [branch.const] : []));
  return constants.length === anyOf.length ? constants : undefined;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
