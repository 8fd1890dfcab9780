import type { FastifyRequest } from 'fastify';
import { GridwardenError } from '../../edge/platform/errors.ts';
import type { Actor } from '../access/actor.ts';
import type { SignInDesk } from '../access/authenticator.ts';
import { allows, rolesOpenTo } from '../access/roles.ts';
import { sessionCookie, sessionSecretOf } from '../access/session-cookie.ts';
import { MeSchema } from './me.schema.ts';
import type { ApiContext } from './parts.ts';
import type { Api } from './route.ts';
import { SignInSchema } from './session.schema.ts';

/** Sessions of browsers. `desk` is undefined on a server without users, where nobody signs in. */
export function sessionRoutes(api: Api, { parts }: ApiContext, desk: SignInDesk | undefined): void {
  const note = (actor: Actor, action: string) => parts.find('audit')?.record({ actor, action, subject: actor.name });

  api.post(
    '/session',
    {
      config: { role: 'public' },
      schema: {
        operationId: 'signIn',
        tags: ['access'],
        summary: 'Begin a session: the answer sets a cookie that stands for the token from then on',
        description: 'For browsers; programs send their token with each request. Wrong tokens are limited by address.',
        body: SignInSchema,
        response: { 200: MeSchema },
      },
    },
    async (request, reply) => {
      if (!desk) throw new GridwardenError('NOT_FOUND', 'This server has no users: nobody has to sign in');
      const actor = await desk.userOf(request.body.token, request.ip);
      if (!allows(actor.role, 'viewer')) {
        throw new GridwardenError('FORBIDDEN', `${actor.name} has the role ${actor.role}, which sees nothing here`);
      }
      const known = sessionSecretOf(request.headers.cookie);
      if (known !== undefined) desk.sessions.close(known);
      reply.header('set-cookie', sessionCookie(desk.sessions.open(actor), isTls(request)));
      note(actor, 'session.open');
      return { name: actor.name, role: actor.role, may: [...rolesOpenTo(actor.role)] };
    },
  );

  api.delete(
    '/session',
    {
      config: { role: 'public' },
      schema: {
        operationId: 'signOut',
        tags: ['access'],
        summary: 'End the session of this browser, its live streams included',
      },
    },
    (request, reply) => {
      const secret = sessionSecretOf(request.headers.cookie);
      const actor = secret === undefined ? undefined : desk?.sessions.find(secret);
      if (secret !== undefined) desk?.sessions.close(secret);
      if (actor) note(actor, 'session.close');
      return reply
        .code(204)
        .header('set-cookie', sessionCookie(undefined, isTls(request)))
        .send();
    },
  );
}

/** Whether the browser speaks TLS, to this server or to what stands in front of it. */
function isTls({ protocol, headers }: FastifyRequest): boolean {
  return protocol === 'https' || headers['x-forwarded-proto'] === 'https';
}
