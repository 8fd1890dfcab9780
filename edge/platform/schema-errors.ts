import type { TSchema } from 'typebox';
import { didYouMean } from './names.ts';

/** What a schema validator reports; the shape that TypeBox and Ajv share. */
export interface SchemaError {
  readonly keyword: string;
  readonly schemaPath: string;
  readonly instancePath: string;
  readonly params: object;
  readonly message?: string | undefined;
}

export interface Problem {
  /** Path in the document: keys and indices. */
  readonly path: readonly string[];
  readonly message: string;
}

/**
 * Turns validator errors into problems a person can act on: each names the path, what is wrong and what is allowed.
 * Errors of union branches are folded into one problem that lists the alternatives.
 */
export function describeSchemaErrors(schema: TSchema, errors: readonly SchemaError[]): Problem[] {
  const problems = new Map<string, Problem>();
  for (const [instancePath, group] of groupByPath(errors)) {
    const path = splitPointer(instancePath);
    for (const message of describeGroup(schema, group, path)) {
      problems.set(`${instancePath} ${message.at ?? ''} ${message.text}`, {
        path: message.at === undefined ? path : [...path, message.at],
        message: message.text,
      });
    }
  }
  return dropParents([...problems.values()]);
}

interface Message {
  readonly text: string;
  readonly at?: string;
}

function groupByPath(errors: readonly SchemaError[]): Map<string, SchemaError[]> {
  const groups = new Map<string, SchemaError[]>();
  for (const error of errors) {
    // `additionalProperties: false` is reported twice; the report on the parent names the key.
    if (error.keyword === 'boolean') continue;
    const group = groups.get(error.instancePath);
    if (group) group.push(error);
    else groups.set(error.instancePath, [error]);
  }
  return groups;
}

function describeGroup(schema: TSchema, group: readonly SchemaError[], path: readonly string[]): Message[] {
  const messages: Message[] = [];
  const constants = group.flatMap((error) => [
    ...paramList(error, 'const', 'allowedValue'),
    ...paramList(error, 'enum', 'allowedValues'),
  ]);
  if (constants.length > 0) messages.push({ text: `must be one of ${constants.map(quote).join(', ')}` });
  for (const error of group) {
    if (error.keyword === 'additionalProperties') messages.push(...unknownKeys(schema, error));
    else if (error.keyword === 'required') messages.push(...missingKeys(schema, error));
    else if (!['const', 'enum', 'anyOf'].includes(error.keyword)) messages.push(limitOf(schema, error));
  }
  if (messages.length === 0) messages.push({ text: `is not valid here (${path.join('.') || 'the whole file'})` });
  return group.some((error) => error.keyword === 'anyOf') ? joinAlternatives(messages) : uniqueByText(messages);
}

/** The messages of a union's branches about the value itself become one: any of them would do. */
function joinAlternatives(messages: readonly Message[]): Message[] {
  const own = uniqueByText(messages.filter((message) => message.at === undefined));
  const alternatives = own.map(({ text }) => text.replace(/^must be /, '')).join(', or ');
  const others = uniqueByText(messages.filter((message) => message.at !== undefined));
  return own.length === 0 ? others : [{ text: `must be ${alternatives}` }, ...others];
}

function unknownKeys(schema: TSchema, error: SchemaError): Message[] {
  const owner = schemaAt(schema, error.schemaPath);
  const known = Object.keys(objectIn(owner, 'properties'));
  return paramList(error, 'additionalProperties', 'additionalProperties').map((key) => ({
    at: key,
    text: `is not a known key${didYouMean(key, known) || `; allowed here: ${known.join(', ')}`}`,
  }));
}

function missingKeys(schema: TSchema, error: SchemaError): Message[] {
  const owner = objectIn(schemaAt(schema, error.schemaPath), 'properties');
  return paramList(error, 'required', 'requiredProperties').map((key) => {
    const allowed = allowedText(owner[key]);
    return { text: `the key "${key}" is missing${allowed === '' ? '' : `: ${allowed}`}` };
  });
}

function limitOf(schema: TSchema, error: SchemaError): Message {
  const allowed = allowedText(schemaAt(schema, error.schemaPath));
  return { text: allowed === '' ? (error.message ?? error.keyword) : `must be ${allowed}` };
}

/** What a schema says is allowed: its own words (`allowed`), else its type and bounds. */
function allowedText(node: unknown): string {
  if (typeof node !== 'object' || node === null) return '';
  const schema = node as Record<string, unknown>;
  if (typeof schema.allowed === 'string') return schema.allowed;
  const bounds = ['minimum', 'maximum', 'minLength', 'maxLength', 'minItems', 'maxItems', 'pattern']
    .filter((key) => schema[key] !== undefined)
    .map((key) => `${key} ${String(schema[key])}`);
  if (typeof schema.type !== 'string') return '';
  return bounds.length === 0 ? `of type ${schema.type}` : `of type ${schema.type} (${bounds.join(', ')})`;
}

/** A missing key of a branch tells nothing when a deeper problem explains why the branch did not fit. */
function dropParents(problems: readonly Problem[]): Problem[] {
  const isBelow = (child: Problem, parent: Problem) =>
    child.path.length > parent.path.length && parent.path.every((key, index) => child.path[index] === key);
  const generic = (problem: Problem) => problem.message.startsWith('is not valid here');
  return problems.filter((problem) => !generic(problem) || !problems.some((other) => isBelow(other, problem)));
}

function uniqueByText(messages: readonly Message[]): Message[] {
  return [...new Map(messages.map((message) => [`${message.at ?? ''} ${message.text}`, message])).values()];
}

function paramList(error: SchemaError, keyword: string, name: string): string[] {
  if (error.keyword !== keyword) return [];
  const value: unknown = Reflect.get(error.params, name);
  return (Array.isArray(value) ? value : [value]).map(String);
}

function schemaAt(schema: TSchema, schemaPath: string): unknown {
  let node: unknown = schema;
  for (const key of splitPointer(schemaPath.replace(/^#/, ''))) {
    if (typeof node !== 'object' || node === null) return undefined;
    node = Reflect.get(node, key);
  }
  return node;
}

function objectIn(node: unknown, key: string): Record<string, unknown> {
  if (typeof node !== 'object' || node === null) return {};
  const value: unknown = Reflect.get(node, key);
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function splitPointer(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function quote(text: string): string {
  return `"${text}"`;
}
