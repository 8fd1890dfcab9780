import { LiveSchema, ReadySchema } from './health.schema.ts';
import type { ApiContext } from './parts.ts';
import type { Api } from './route.ts';

/** For supervisors: `live` says that the process answers, `ready` that it can do its work. */
export function healthRoutes(api: Api, context: ApiContext): void {
  const config = { role: 'public', rateLimit: false } as const;
  api.get(
    '/health/live',
    {
      config,
      schema: {
        operationId: 'getLive',
        tags: ['health'],
        summary: 'The process answers',
        response: { 200: LiveSchema },
      },
    },
    () => ({ ok: true as const }),
  );
  api.get(
    '/health/ready',
    {
      config,
      schema: {
        operationId: 'getReady',
        tags: ['health'],
        summary: 'Broker, store and state are well; 503 when one is not',
        response: { 200: ReadySchema, 503: ReadySchema },
      },
    },
    async (_request, reply) => {
      const checks = await context.health();
      const ok = Object.values(checks).every((check) => check.ok);
      return reply
        .code(ok ? 200 : 503)
        .header('cache-control', 'no-store')
        .send({ ok, checks });
    },
  );
}
