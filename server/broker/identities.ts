import { timingSafeEqual } from 'node:crypto';
import { type Static, Type } from 'typebox';
import { loadConfig } from '../../edge/platform/config.ts';
import { derive, parseHash, SECRET_HASH_PATTERN } from './secret-hash.ts';

const strict = { additionalProperties: false } as const;

/**
 * - `host`: a Sparkplug host application: reads everything, publishes commands and the STATE of its own name.
 * - `agent`: an edge node: publishes under its own group and node, reads its own commands and STATE.
 * - `reader`: reads everything, publishes nothing.
 */
export const BROKER_ROLES = ['host', 'agent', 'reader'] as const;
export type BrokerRole = (typeof BROKER_ROLES)[number];

export const IdentitySchema = Type.Object(
  {
    name: Type.String({ pattern: '^[^/+#]+$', maxLength: 200, allowed: 'a name without / + #' }),
    role: Type.Enum(BROKER_ROLES),
    hash: Type.String({ pattern: SECRET_HASH_PATTERN, allowed: 'a hash made by `node server/broker/hash.ts`' }),
    nodes: Type.Optional(
      Type.Array(Type.String({ pattern: '^[^/+#]+/[^/+#]+$', allowed: 'group/node' }), {
        minItems: 1,
        maxItems: 1000,
        description: 'For agents; without it the node of its own name in any group',
      }),
    ),
  },
  strict,
);

export const IdentitiesSchema = Type.Object({ identities: Type.Array(IdentitySchema, { maxItems: 100_000 }) }, strict);
export type Identity = Static<typeof IdentitySchema>;

/**
 * Reads the broker's users file.
 * @throws GridwardenError CONFIG_UNREADABLE, CONFIG_INVALID
 */
export function loadIdentities(file: string): ReadonlyMap<string, Identity> {
  const loaded = loadConfig(IdentitiesSchema, { file });
  const byName = new Map<string, Identity>();
  const problems: { path: string[]; message: string }[] = [];
  for (const [index, identity] of loaded.value.identities.entries()) {
    if (byName.has(identity.name)) {
      problems.push({ path: ['identities', String(index), 'name'], message: `"${identity.name}" stands here twice` });
    }
    byName.set(identity.name, identity);
  }
  loaded.reject(problems);
  return byName;
}

/** Checks secrets against hashes; what was right once is remembered for the process, since scrypt costs some 50 ms. */
export class SecretChecker {
  readonly #proven = new Map<string, Buffer>();

  async matches(identity: Identity, secret: Buffer): Promise<boolean> {
    const proven = this.#proven.get(identity.name);
    if (proven?.length === secret.length && timingSafeEqual(proven, secret)) return true;
    const { settings, salt, key } = parseHash(identity.hash);
    const candidate = await derive(secret, salt, key.length, settings);
    if (!timingSafeEqual(candidate, key)) return false;
    this.#proven.set(identity.name, Buffer.from(secret));
    return true;
  }
}
