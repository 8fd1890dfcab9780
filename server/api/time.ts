import type { ApiContext } from './parts.ts';
import type { Api } from './route.ts';
import { TimeSchema } from './time.schema.ts';

/** The one time of the district. */
export function timeRoutes(api: Api, { gridClock, settings }: ApiContext): void {
  api.get(
    '/time',
    {
      config: { role: 'viewer' },
      schema: { operationId: 'getTime', tags: ['time'], summary: 'Grid time', response: { 200: TimeSchema } },
    },
    () => {
      const nowMs = gridClock.nowMs();
      return { now: new Date(nowMs).toISOString(), nowMs, speed: gridClock.speed, ...settings };
    },
  );
}
