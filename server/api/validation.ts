import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
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
    const filled = Value.Default(schema, Value.Clone(input));
    const value = httpPart === 'body' ? filled : Value.Convert(schema, filled);
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
