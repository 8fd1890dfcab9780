import compress from '@fastify/compress';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import { GridwardenError } from '../../edge/platform/errors.ts';
import type { Authenticator } from '../access/authenticator.ts';
import type { BrowserGuard } from '../access/browser-guard.ts';
import { allows } from '../access/roles.ts';
import type { Api } from './route.ts';

/** Requests of one address in a minute; far above what pages and scripts of a control room need. */
const MAX_REQUESTS_PER_MINUTE = 20_000;
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

export interface SecurityOptions {
  readonly authenticator: Authenticator;
  readonly guard: BrowserGuard;
  /** Of one address. */
  readonly maxRequestsPerMinute?: number;
}

/** What stands in front of every route: browser guard, actor, role, limits, headers, compression. */
export async function addSecurity(api: Api, options: SecurityOptions): Promise<void> {
  const { authenticator, guard, maxRequestsPerMinute = MAX_REQUESTS_PER_MINUTE } = options;
  await api.register(helmet, HEADERS);
  api.decorateRequest('actor', null);
  api.addHook('onRequest', async (request) => {
    guard.checkHost(request.headers);
    if (!SAFE_METHODS.has(request.method)) guard.checkOrigin(request.headers);
    const { role } = request.routeOptions.config;
    if (request.is404 || role === 'public') return;
    const { authorization, cookie } = request.headers;
    const actor = await authenticator.actorOf({ authorization, cookie, remote: request.ip });
    request.actor = actor;
    if (role !== undefined && allows(actor.role, role)) return;
    throw new GridwardenError('FORBIDDEN', `This needs the role ${role}; ${actor.name} has the role ${actor.role}`);
  });
  await api.register(rateLimit, {
    max: maxRequestsPerMinute,
    timeWindow: 60_000,
    errorResponseBuilder: (_request, { ttl }) =>
      new GridwardenError('TOO_MANY_REQUESTS', `Too many requests; try again in ${Math.ceil(ttl / 1000)} s`),
  });
  // Brotli of an answer made anew each time costs more than it saves on a local network.
  await api.register(compress, { encodings: ['gzip'], threshold: 1024, zlibOptions: { level: 3 } });
}

/** The page loads nothing from elsewhere, has no inline script, and stands in nobody's frame. */
const HEADERS = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
      objectSrc: ["'none'"],
    },
  },
  // The server speaks HTTP; whoever puts TLS in front of it sets this there.
  hsts: false,
  // Browsers ignore these over plain HTTP on a network, and write an error into the console of the page.
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
  xFrameOptions: { action: 'deny' },
  referrerPolicy: { policy: 'no-referrer' },
} as const;
