import type { FastifySchemaCompiler } from 'fastify';
import { IsObject, type TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';
import { GridwardenError } from '../../edge/platform/errors.ts';
import { describeSchemaErrors } from '../../edge/platform/schema-errors.ts';

/**
 * Validates a part of a request: fills defaults, reads numbers and booleans out of texts (not in bodies) and reports
 * every problem at once.
 */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const validator = Compile(schema);
  return (input: unknown) => {
    const given = httpPart === 'body' ? Value.Clone(input) : readTexts(schema, input);
    const value = Value.Default(schema, given);
    if (validator.Check(value)) return { value };
    const problems = describeSchemaErrors(schema, [...validator.Errors(value)]).map(({ path, message }) => ({
      path: path.join('.'),
      message,
    }));
    return { error: invalidRequest(PART_NAMES[httpPart ?? ''] ?? 'request', problems) };
  };
};

const PART_NAMES: Readonly<Record<string, string>> = {
  querystring: 'query',
  params: 'path',
  headers: 'header',
  body: 'body',
};

/**
 * Values of a query or path as their schema has them. The library's own conversion cuts 1.5 down to an integer and takes
 * `true` for 1: a limit that nobody asked for. What does not read exactly is left for the validator to refuse.
 */
function readTexts(schema: TSchema, input: unknown): unknown {
  if (!IsObject(schema) || typeof input !== 'object' || input === null) return input;
  const entries = Object.entries(input).map(([key, value]) => [key, readText(schema.properties[key], value)]);
  return Object.fromEntries(entries);
}

function readText(schema: TSchema | undefined, value: unknown): unknown {
  const { type } = (schema ?? {}) as { type?: unknown };
  if (typeof value !== 'string') return value;
  if (type === 'integer' || type === 'number')
    return /^-?[0-9]{1,15}(\.[0-9]{1,15})?$/.test(value) ? Number(value) : value;
  if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  return value;
}

interface RequestProblem {
  readonly path: string;
  readonly message: string;
}

/** An error about a part of a request, each problem named. */
export function invalidRequest(part: string, problems: readonly RequestProblem[]): GridwardenError {
  const text = problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
  return new GridwardenError('REQUEST_INVALID', `The ${part} is not valid: ${text}`, { details: { problems } });
}

/** One parameter that a schema could not judge. */
export function invalidParameter(name: string, message: string): GridwardenError {
  return invalidRequest('query', [{ path: name, message }]);
}
