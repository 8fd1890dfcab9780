import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyRequest,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
  RouteOptions,
} from 'fastify';
import { GridwardenError } from '../../edge/platform/errors.ts';
import { isLoopback } from '../../edge/platform/units.ts';
import type { Actor } from '../access/actor.ts';
import type { Role } from '../access/roles.ts';

/** The role that a route needs; `public`: nobody has to sign in for it. */
export type RouteRole = Role | 'public';

declare module 'fastify' {
  interface FastifyContextConfig {
    role?: RouteRole;
    /** The route answers in CSV, too, when `Accept` asks for it. */
    csv?: boolean;
  }
  interface FastifyRequest {
    /** Who asks; null on public routes, where nobody is asked for. */
    actor: Actor | null;
  }
}

/** The Fastify instance of the API: schemas of TypeBox give the types of requests and answers. */
export type Api = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** Who sent a request; every route that is not public has an actor. */
export function actorOf(request: FastifyRequest): Actor {
  if (request.actor === null) throw new GridwardenError('UNAUTHENTICATED', 'Sign in first');
  return request.actor;
}

/** Whether it comes from the server's own machine: only there may somebody name files of it. */
export function isFromThisMachine({ socket }: FastifyRequest): boolean {
  return isLoopback(socket.remoteAddress?.replace(/^::ffff:/, '') ?? '');
}

/** Every route that was added to an instance, in order. */
export function collectRoutes(api: Api): readonly RouteOptions[] {
  const routes: RouteOptions[] = [];
  api.addHook('onRoute', (route) => {
    routes.push(route);
  });
  return routes;
}

/** A route that forgot its role must not be reachable: the server does not start with one. */
export function refuseRoutesWithoutRole(routes: readonly RouteOptions[]): void {
  const forgotten = routes
    .filter(({ config }) => config?.role === undefined)
    .map(({ method, url }) => `${method} ${url}`);
  if (forgotten.length === 0) return;
  throw new GridwardenError('INTERNAL', `These routes declare no role: ${forgotten.join(', ')}`);
}
