import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyBaseLogger, LogController, type RouteOptions } from 'fastify';
import type { Logger } from '../../edge/platform/log.ts';
import type { SignInDesk } from '../access/authenticator.ts';
import { agentRoutes } from './agents.ts';
import { alertRoutes } from './alerts.ts';
import { asyncApiRoute } from './asyncapi.ts';
import { backupRoutes } from './backups.ts';
import { commandRoutes } from './commands.ts';
import { deviceLossRoutes } from './device-losses.ts';
import { deviceRoutes } from './devices.ts';
import { exportRoutes } from './exports.ts';
import { gridRoutes } from './grid.ts';
import { gridOneLineRoute } from './grid-one-line.ts';
import { gridTransferRoutes } from './grid-transfer.ts';
import { healthRoutes } from './health.ts';
import { importRoutes } from './imports.ts';
import { ingestProblemRoutes } from './ingest-problems.ts';
import { latestRoutes } from './latest.ts';
import { meRoutes } from './me.ts';
import { addOpenApi, openApiRoute } from './openapi.ts';
import { pageRoutes } from './page-files.ts';
import type { ApiContext } from './parts.ts';
import { sendProblem } from './problem.ts';
import { measureRequests, prometheusRoute } from './prometheus.ts';
import { quantityRoutes } from './quantities.ts';
import { readingRoutes } from './readings.ts';
import { type Api, collectRoutes, refuseRoutesWithoutRole } from './route.ts';
import { addSecurity, type SecurityOptions } from './security.ts';
import { sessionRoutes } from './session.ts';
import { timeRoutes } from './time.ts';
import { validatorCompiler } from './validation.ts';

/** Longest request head: 10 000 device ids stand in one address. */
const MAX_HEAD_BYTES = 256 * 1024;
const MAX_BODY_BYTES = 64 * 1024;
/** Longest id in a path, percent-encoded. */
const MAX_PARAMETER_LENGTH = 3_600;
const REQUEST_TIMEOUT_MS = 30_000;

export interface ApiOptions extends SecurityOptions {
  /** Undefined on a server without users. */
  readonly signIn?: SignInDesk | undefined;
  readonly context: ApiContext;
  readonly logger: Logger;
  /** Folder of the built page. */
  readonly pageFolder: string;
}

export interface BuiltApi {
  readonly api: Api;
  readonly routes: readonly RouteOptions[];
}

/** The HTTP side of the server, complete but not listening. */
export async function buildApi({ context, logger, pageFolder, signIn, ...security }: ApiOptions): Promise<BuiltApi> {
  const api = newInstance(logger);
  const routes = collectRoutes(api);
  api.addHook('onReady', async () => refuseRoutesWithoutRole(routes));
  measureRequests(api, context);
  await addSecurity(api, security);
  await addOpenApi(api);
  healthRoutes(api, context);
  prometheusRoute(api, context);
  await api.register(async (scope) => addResources(scope, context, signIn), { prefix: '/api/v1' });
  await pageRoutes(api, pageFolder);
  return { api, routes };
}

function addResources(api: Api, context: ApiContext, signIn: SignInDesk | undefined): void {
  // What is live is never to be taken from a cache.
  api.addHook('onRequest', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
  });
  agentRoutes(api, context);
  deviceRoutes(api, context);
  deviceLossRoutes(api, context);
  readingRoutes(api, context);
  latestRoutes(api, context);
  alertRoutes(api, context);
  commandRoutes(api, context);
  backupRoutes(api, context);
  importRoutes(api, context);
  exportRoutes(api, context);
  gridRoutes(api, context);
  gridOneLineRoute(api, context);
  gridTransferRoutes(api, context);
  ingestProblemRoutes(api, context);
  timeRoutes(api, context);
  quantityRoutes(api);
  meRoutes(api);
  sessionRoutes(api, context, signIn);
  openApiRoute(api);
  asyncApiRoute(api);
}

function newInstance(logger: Logger): Api {
  const loggerInstance: FastifyBaseLogger = logger;
  const api = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: MAX_BODY_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: { maxHeaderSize: MAX_HEAD_BYTES },
    routerOptions: { maxParamLength: MAX_PARAMETER_LENGTH },
    // A path that cannot be decoded reaches no hook and no error handler.
    frameworkErrors: sendProblem,
  }).withTypeProvider<TypeBoxTypeProvider>();
  // Only JSON bodies: a foreign page can send text without asking first, JSON it cannot.
  api.removeContentTypeParser('text/plain');
  api.setValidatorCompiler(validatorCompiler);
  // Answers are typed by their schemas and checked in tests; NaN becomes null. Compiled serialisers of unions are slower.
  api.setSerializerCompiler(() => JSON.stringify);
  api.setErrorHandler(sendProblem);
  return api;
}
