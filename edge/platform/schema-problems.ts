import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';
import { describeSchemaErrors, type Problem } from './schema-errors.ts';

/** The keywords of a schema that lead to others; TypeBox schemas are JSON Schema. */
type Node = TSchema & {
  readonly anyOf?: readonly Node[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly default?: unknown;
};

/**
 * What is wrong with a value, told for the alternative that was meant: where a schema allows several kinds of object,
 * the one whose literal keys fit (`transport: tcp`), else the one that has most of the keys. A mistake deep inside one
 * alternative is then one problem, and not a list of all that the others would have wanted.
 */
export function findProblems(schema: TSchema, value: unknown): Problem[] {
  return walk(schema as Node, value, []);
}

function walk(schema: Node, value: unknown, path: readonly string[]): Problem[] {
  if (Value.Check(schema, value)) return [];
  if (schema.anyOf) return walkUnion(schema.anyOf, schema, value, path);
  if (schema.properties && isObject(value)) return walkObject(schema, schema.properties, value, path);
  if (schema.items && Array.isArray(value)) return walkArray(schema, schema.items, value, path);
  return shallow(schema, schema, value, path);
}

function walkUnion(branches: readonly Node[], union: Node, value: unknown, path: readonly string[]): Problem[] {
  const objects = branches.filter((branch) => branch.properties);
  const array = branches.find((branch) => branch.items);
  if (isObject(value) && objects.length > 0) {
    const meant = meantBranch(objects, value);
    return walk(withAllLiterals(meant, objects), Value.Default(meant, structuredClone(value)), path);
  }
  if (Array.isArray(value) && array) return walk(array, value, path);
  return shallow(union, union, value, path);
}

function walkObject(
  schema: Node,
  properties: Readonly<Record<string, Node>>,
  value: Record<string, unknown>,
  path: readonly string[],
): Problem[] {
  // Whatever the children hold is looked at one by one below.
  const own = { ...schema, properties: mapValues(properties, () => ({})) };
  const children = Object.entries(properties).flatMap(([key, child]) =>
    Object.hasOwn(value, key) ? walk(child, value[key], [...path, key]) : [],
  );
  return [...shallow(own, schema, value, path), ...children];
}

function walkArray(schema: Node, items: Node, value: readonly unknown[], path: readonly string[]): Problem[] {
  const children = value.flatMap((item, index) => walk(items, item, [...path, String(index)]));
  return [...shallow({ ...schema, items: {} }, schema, value, path), ...children];
}

/** Problems by one schema; their words come from `named`, which has the same places. */
function shallow(schema: TSchema, named: TSchema, value: unknown, path: readonly string[]): Problem[] {
  const problems = describeSchemaErrors(named, [...Compile(schema).Errors(value)]);
  return problems.map((problem) => ({ ...problem, path: [...path, ...problem.path] }));
}

/** The alternative that a value was meant to be. */
function meantBranch(branches: readonly Node[], value: Record<string, unknown>): Node {
  const telling = branches.filter((branch) => literalKeys(branch).length > 0);
  const fitting = telling.find((branch) => literalKeys(branch).every(([key, allowed]) => allowed.includes(value[key])));
  if (fitting) return fitting;
  return branches.reduce((best, branch) => (commonKeys(branch, value) > commonKeys(best, value) ? branch : best));
}

/** The branch, but with the literals of all branches allowed where its own stand: one that fits none is told of all. */
function withAllLiterals(branch: Node, branches: readonly Node[]): Node {
  const all = branches.flatMap(literalKeys);
  const widened = literalKeys(branch).map(([key]) => [
    key,
    { enum: all.flatMap(([other, allowed]) => (other === key ? allowed : [])) },
  ]);
  return { ...branch, properties: { ...branch.properties, ...Object.fromEntries(widened) } };
}

/** Keys that every object of a branch has with one of a few literals, such as `transport`. */
function literalKeys(branch: Node): [key: string, allowed: readonly unknown[]][] {
  return Object.entries(branch.properties ?? {}).flatMap(([key, schema]): [string, readonly unknown[]][] => {
    const allowed = literalsOf(schema);
    return allowed.length > 0 && branch.required?.includes(key) && schema.default === undefined ? [[key, allowed]] : [];
  });
}

function literalsOf(schema: Node): readonly unknown[] {
  if (schema.const !== undefined) return [schema.const];
  if (schema.enum) return schema.enum;
  const alternatives = schema.anyOf?.map(literalsOf) ?? [];
  return alternatives.every((literals) => literals.length > 0) ? alternatives.flat() : [];
}

function commonKeys(branch: Node, value: Record<string, unknown>): number {
  return Object.keys(value).filter((key) => Object.hasOwn(branch.properties ?? {}, key)).length;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
