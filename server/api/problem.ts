import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { ERROR_CATALOGUE, type ErrorCode, GridwardenError } from '../../edge/platform/errors.ts';
import type { Problem } from './problem.schema.ts';

export const PROBLEM_TYPE = 'application/problem+json';

const BEARER = 'Bearer realm="gridwarden"';
const BASIC = 'Basic realm="gridwarden", charset="UTF-8"';

/** Browsers answer Basic with a window of their own: right for an address somebody went to, not below the page's form. */
function challengesFor({ headers }: FastifyRequest): string[] {
  return (headers.accept ?? '').includes('text/html') ? [BASIC, BEARER] : [BEARER];
}

/** Answers with an error as RFC 9457 writes it. What is unexpected is logged with its stack and told without it. */
export function sendProblem(error: FastifyError | GridwardenError, request: FastifyRequest, reply: FastifyReply): void {
  const known = error instanceof GridwardenError ? error : ofFastify(error);
  if (known.code === 'INTERNAL') request.log.error({ err: error, url: request.url }, 'a request failed');
  const retryAfter = known.details.retryAfterSeconds;
  if (known.code === 'UNAUTHENTICATED') reply.header('www-authenticate', challengesFor(request));
  if (typeof retryAfter === 'number') reply.header('retry-after', retryAfter);
  reply.code(known.status).type(PROBLEM_TYPE).send(problemOf(known, request.id));
}

/** The problem document of an error. */
export function problemOf(error: GridwardenError, instance: string): Problem {
  const { code, status } = error;
  const problems = error.details.problems;
  const base = {
    type: `urn:gridwarden:error:${code}`,
    title: ERROR_CATALOGUE[code].title,
    status,
    detail: error.message,
    code,
    instance,
  };
  return isProblemList(problems) ? { ...base, problems } : base;
}

function isProblemList(value: unknown): value is NonNullable<Problem['problems']> {
  return (
    Array.isArray(value) &&
    value.every((item) => typeof item === 'object' && item !== null && typeof item.path === 'string')
  );
}

/** Errors that Fastify or a plugin of it throws, by their status. */
const CODE_OF_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'REQUEST_INVALID',
  404: 'NOT_FOUND',
  406: 'NOT_ACCEPTABLE',
  413: 'REQUEST_TOO_LARGE',
  414: 'REQUEST_TOO_LARGE',
  415: 'MEDIA_TYPE_UNSUPPORTED',
  429: 'TOO_MANY_REQUESTS',
  503: 'OVERLOADED',
};

function ofFastify(error: FastifyError): GridwardenError {
  const status = error.statusCode ?? 500;
  const code = CODE_OF_STATUS[status] ?? (status < 500 && status >= 400 ? 'REQUEST_INVALID' : 'INTERNAL');
  if (code === 'INTERNAL') {
    return new GridwardenError('INTERNAL', 'An unexpected error; the log of the server says more', { cause: error });
  }
  return new GridwardenError(code, error.message, { cause: error });
}
