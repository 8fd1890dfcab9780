import { Type } from 'typebox';
import type { Presence } from '../live/live-state.ts';
import type { ApiContext } from './parts.ts';
import type { Api } from './route.ts';

const PRESENCES: readonly Presence[] = ['online', 'offline', 'stale'];
const DURATION_BUCKETS_S = [0.005, 0.02, 0.1, 0.5, 2, 10] as const;

/** `/metrics` in the text format of Prometheus. Devices are counted by state: a gauge a device would drown it. */
export function prometheusRoute(api: Api, { metrics, parts }: ApiContext): void {
  const devices = metrics.gauge('devices', 'Devices by presence', ['presence']);
  const agents = metrics.gauge('agents', 'Agents by presence', ['presence']);
  const countStates = () => {
    const state = parts.find('host')?.state;
    for (const presence of PRESENCES) {
      devices.set({ presence }, countOf(state?.devices.values(), presence));
      agents.set({ presence }, countOf(state?.agents.values(), presence));
    }
  };
  api.get(
    '/metrics',
    {
      config: { role: 'viewer', rateLimit: false },
      schema: {
        operationId: 'getMetrics',
        tags: ['health'],
        summary: 'Metrics for Prometheus',
        produces: ['text/plain'],
        response: { 200: Type.String() },
      },
    },
    async (_request, reply) => {
      countStates();
      return reply.type(metrics.registry.contentType).send(await metrics.text());
    },
  );
}

/** Times every answer, by route and status class. */
export function measureRequests(api: Api, { metrics }: ApiContext): void {
  const seconds = metrics.histogram('http_request_seconds', 'Time to answer a request', DURATION_BUCKETS_S, [
    'route',
    'status',
  ]);
  api.addHook('onResponse', async (request, reply) => {
    const route = request.is404 ? 'unknown' : (request.routeOptions.url ?? 'unknown');
    seconds.observe({ route, status: `${Math.floor(reply.statusCode / 100)}xx` }, reply.elapsedTime / 1000);
  });
}

function countOf(states: Iterable<{ readonly presence: Presence }> | undefined, presence: Presence): number {
  let count = 0;
  for (const state of states ?? []) if (state.presence === presence) count += 1;
  return count;
}
