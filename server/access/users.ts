import { randomBytes } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { loadConfig } from '../../edge/platform/config.ts';
import { hashSecret, SECRET_HASH_PATTERN } from '../broker/secret-hash.ts';
import { ROLES, type Role } from './roles.ts';

const strict = { additionalProperties: false } as const;

export const UserSchema = Type.Object(
  {
    name: Type.String({
      pattern: '^[A-Za-z0-9_-]{1,64}$',
      allowed: 'a name of up to 64 letters, digits, - and _',
    }),
    role: Type.Enum(ROLES, { allowed: `one of ${ROLES.join(', ')}` }),
    tokenHash: Type.String({
      pattern: SECRET_HASH_PATTERN,
      allowed: 'a hash that the command `token` of the server has printed',
    }),
  },
  strict,
);
export const UsersFileSchema = Type.Object({ users: Type.Array(UserSchema, { minItems: 1, maxItems: 1000 }) }, strict);
export type User = Static<typeof UserSchema>;

/**
 * Reads the users file: who may ask, in which role, and the scrypt hash of each one's token.
 * @throws GridwardenError CONFIG_UNREADABLE, CONFIG_INVALID (a name `local`, or twice)
 */
export function loadUsers(file: string): readonly User[] {
  const loaded = loadConfig(UsersFileSchema, { file });
  const { users } = loaded.value;
  const seen = new Set(['local']);
  const problems = users.flatMap(({ name }, index) => {
    const taken = seen.has(name);
    seen.add(name);
    if (!taken) return [];
    const message =
      name === 'local' ? 'the name local is that of a server without users' : 'the name stands here twice';
    return [{ path: ['users', String(index), 'name'], message }];
  });
  loaded.reject(problems);
  return users;
}

/** A new token, `name.secret`, and the entry of the users file that accepts it. The token itself is kept nowhere. */
export async function makeToken(name: string, role: Role): Promise<{ token: string; user: User }> {
  const secret = randomBytes(32).toString('base64url');
  return { token: `${name}.${secret}`, user: { name, role, tokenHash: await hashSecret(secret) } };
}
