import { rolesOpenTo } from '../access/roles.ts';
import { MeSchema } from './me.schema.ts';
import { type Api, actorOf } from './route.ts';

/** Who asks. */
export function meRoutes(api: Api): void {
  api.get(
    '/me',
    {
      config: { role: 'viewer' },
      schema: {
        operationId: 'getMe',
        tags: ['access'],
        summary: 'Who asks, and in which role',
        response: { 200: MeSchema },
      },
    },
    (request) => {
      const { name, role } = actorOf(request);
      return { name, role, may: [...rolesOpenTo(role)] };
    },
  );
}
