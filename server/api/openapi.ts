import swagger from '@fastify/swagger';
import type { FastifySchema, RouteOptions } from 'fastify';
import { type TObject, Type } from 'typebox';
import { ERROR_CATALOGUE } from '../../edge/platform/errors.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { ROLES } from '../access/roles.ts';
import { SESSION_COOKIE } from '../access/session-cookie.ts';
import { ProblemSchema } from './problem.schema.ts';
import { PROBLEM_TYPE } from './problem.ts';
import type { Api, RouteRole } from './route.ts';

const DESCRIPTION = `Meters and transformers of one district: who is online, latest values, readings, alerts.

- Names that end in \`Ms\` are milliseconds since the Unix epoch, other times RFC 3339 in UTC. Both are grid time (\`GET /api/v1/time\`).
- A missing value is null and never zero; \`quality\` says why.
- Ids hold \`/\` where they have two parts (\`group/node\`); in a path they are percent-encoded: \`/api/v1/agents/east%2Fagent-1\`.
- Lists come in pages: \`next\` is the \`cursor\` of the next one.
- Tables are JSON, or CSV with \`Accept: text/csv\` or \`?format=csv\`.
- Errors are \`${PROBLEM_TYPE}\` (RFC 9457) with one of these codes: ${Object.keys(ERROR_CATALOGUE).join(', ')}.
- \`x-role\` is the role that an operation needs (${ROLES.join(', ')}).`;

const CSV = 'text/csv';

const TAGS = {
  agents: 'Sparkplug edge nodes, and what became of their records',
  devices: 'Meters and transformer sensors',
  readings: 'Latest and stored values',
  alerts: 'What is abnormal',
  commands: 'Commands to agents and devices; each is in the audit log',
  grid: 'Districts, feeders, areas, transformers, meters and customers, over time',
  ingest: 'What publishers sent that cannot be used',
  quantities: 'The catalogue of quantities and codes',
  time: 'The time of the district',
  access: 'Who asks',
  imports: 'Readings from files',
  exports: 'Readings into files',
  backups: 'Copies of state and store',
  documents: 'Descriptions of this interface',
  health: 'For supervisors and Prometheus',
};

/** Gathers the OpenAPI 3.1 document from the routes that are added afterwards. */
export async function addOpenApi(api: Api): Promise<void> {
  await api.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'gridwarden', version: packageJson.version, description: DESCRIPTION },
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
      components: {
        schemas: { Problem: { ...ProblemSchema } },
        securitySchemes: {
          bearer: {
            type: 'http',
            scheme: 'bearer',
            description: 'A token of the users file; without a users file nobody is asked',
          },
          session: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE, description: 'Set by `POST /session`' },
        },
      },
    },
    hideUntagged: true,
    transform: ({ schema, url, route }) => ({ schema: documented(schema, route), url }),
  });
}

/** The document, at `openapi.json`. */
export function openApiRoute(api: Api): void {
  api.get(
    '/openapi.json',
    {
      config: { role: 'public' },
      schema: {
        operationId: 'getOpenApi',
        tags: ['documents'],
        summary: 'This document',
        response: { 200: Type.Unknown({ description: 'OpenAPI 3.1' }) },
      },
    },
    () => api.swagger(),
  );
}

/** Adds to a route's schema what is the same for all: its role, CSV beside JSON, and the form of errors. */
function documented(schema: FastifySchema, { config }: RouteOptions): FastifySchema {
  const role: RouteRole = config?.role ?? 'public';
  const forms = formsOf(schema, config?.csv === true);
  const answers = Object.entries((schema.response ?? {}) as Record<string, object>);
  const response = Object.fromEntries(
    answers.map(([status, answer]) => [status, { description: 'Answer', content: contentOf(answer, forms) }]),
  );
  const problem = {
    description: 'Error',
    content: { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
  };
  const query = schema.querystring === undefined ? {} : { querystring: withoutDefaults(schema.querystring as TObject) };
  const described = { ...schema, ...query, response: { ...response, '4XX': problem, '5XX': problem }, 'x-role': role };
  return role === 'public' ? described : { ...described, security: [{ bearer: [] }, { session: [] }] };
}

function formsOf({ produces = ['application/json'] }: FastifySchema, isTable: boolean): readonly string[] {
  return isTable ? [...produces, CSV] : produces;
}

function contentOf(answer: object, forms: readonly string[]): object {
  const csv = { type: 'string', description: 'RFC 4180, UTF-8, with a header line' };
  return Object.fromEntries(forms.map((form) => [form, { schema: form === CSV ? csv : answer }]));
}

/** A parameter with a default may be left out; the validator fills it in before it looks for what is missing. */
function withoutDefaults(query: TObject): object {
  const required = Object.entries(query.properties).filter(
    ([key, { default: given }]: [string, { default?: unknown }]) => {
      return query.required?.includes(key) && given === undefined;
    },
  );
  return { ...query, required: required.map(([key]) => key) };
}
