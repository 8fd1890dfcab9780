import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

/** Cost of a hash: 2^14 blocks of 8 · 128 bytes are 16 MiB and some 40 ms (RFC 7914 section 2: N, r, p). */
const LOG2_COST = 14;
const BLOCK_SIZE = 8;
const PARALLEL = 1;
const HASH_BYTES = 32;
const MAX_MEMORY_BYTES = 128 * 2 ** 20;

/** `$scrypt$ln=14,r=8,p=1$salt$hash` (PHC string format; base64 without padding). Costs beyond 2^16 are refused. */
export const SECRET_HASH_PATTERN =
  '^\\$scrypt\\$ln=(1[0-6]),r=(8|16),p=([1-4])\\$([A-Za-z0-9+/]{11,86})\\$([A-Za-z0-9+/]{22,86})$';

const FORMAT = new RegExp(SECRET_HASH_PATTERN);

/** The hash of a secret, with a salt of its own, in PHC string format. */
export async function hashSecret(secret: string, salt: Buffer = randomBytes(16)): Promise<string> {
  const options = { N: 2 ** LOG2_COST, r: BLOCK_SIZE, p: PARALLEL };
  const hash = await derive(secret, salt, HASH_BYTES, options);
  return `$scrypt$ln=${LOG2_COST},r=${BLOCK_SIZE},p=${PARALLEL}$${unpadded(salt)}$${unpadded(hash)}`;
}

/** Whether `secret` is the one behind `encoded`; false for a text that is no such hash. Takes the same time either way. */
export async function verifySecret(secret: string, encoded: string): Promise<boolean> {
  const match = FORMAT.exec(encoded);
  if (!match) return false;
  const [, cost, block, parallel, salt, hash] = match;
  const expected = Buffer.from(hash ?? '', 'base64');
  const options = { N: 2 ** Number(cost), r: Number(block), p: Number(parallel) };
  const actual = await derive(secret, Buffer.from(salt ?? '', 'base64'), expected.length, options);
  return timingSafeEqual(actual, expected);
}

function derive(secret: string, salt: Buffer, bytes: number, options: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(secret.normalize('NFKC'), salt, bytes, { ...options, maxmem: MAX_MEMORY_BYTES }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '');
}
