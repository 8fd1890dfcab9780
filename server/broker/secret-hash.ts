import { randomBytes, type ScryptOptions, scrypt } from 'node:crypto';

/** `scrypt$N$r$p$salt$key`, salt and key in base64url; RFC 7914 parameters. */
export const SECRET_HASH_PATTERN = '^scrypt\\$[0-9]+\\$[0-9]+\\$[0-9]+\\$[A-Za-z0-9_-]+\\$[A-Za-z0-9_-]+$';

export interface ScryptSettings {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** About 16 MiB and 40 ms a secret. */
const DEFAULT_SETTINGS: ScryptSettings = { N: 16_384, r: 8, p: 1 };
const KEY_BYTES = 32;
const SALT_BYTES = 16;

/** The hash of a secret for a users file. */
export async function hashSecret(
  secret: string,
  salt: Buffer = randomBytes(SALT_BYTES),
  settings: ScryptSettings = DEFAULT_SETTINGS,
): Promise<string> {
  const key = await derive(Buffer.from(secret), salt, KEY_BYTES, settings);
  return ['scrypt', settings.N, settings.r, settings.p, salt.toString('base64url'), key.toString('base64url')].join(
    '$',
  );
}

export interface ParsedHash {
  readonly settings: ScryptSettings;
  readonly salt: Buffer;
  readonly key: Buffer;
}

/** The parts of a hash that its pattern has accepted. */
export function parseHash(hash: string): ParsedHash {
  const [, N, r, p, salt = '', key = ''] = hash.split('$');
  return {
    settings: { N: Number(N), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt, 'base64url'),
    key: Buffer.from(key, 'base64url'),
  };
}

export function derive(secret: Buffer, salt: Buffer, length: number, settings: ScryptSettings): Promise<Buffer> {
  // The limit follows the parameters (128·N·r bytes, RFC 7914 section 2), else a stronger hash is refused.
  const options: ScryptOptions = { ...settings, maxmem: 128 * settings.N * settings.r * 2 };
  return new Promise((resolve, reject) => {
    scrypt(secret, salt, length, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
