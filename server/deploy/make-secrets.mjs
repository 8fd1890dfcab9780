/**
 * Makes the secrets of docker-compose.yml: one file each in server/deploy/secrets, or in the folder that is given. What
 * is there stays; to renew a password, remove its file and `broker-passwords`. The token and password of InfluxDB are
 * taken by its first start only.
 *
 *     node server/deploy/make-secrets.mjs [FOLDER]
 *
 * Plain JavaScript: it runs on a machine that has only Docker and any Node.
 */
import { pbkdf2Sync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const [given, ...more] = process.argv.slice(2);
// A mistyped option must not become a folder with secrets in it.
if (given?.startsWith('-') || more.length > 0) {
  process.stderr.write('usage: node server/deploy/make-secrets.mjs [FOLDER]\n');
  process.exit(given === '--help' || given === '-h' ? 0 : 2);
}

const folder = resolve(given ?? join(dirname(fileURLToPath(import.meta.url)), 'secrets'));

/** Names at the broker, each with the file of its password. */
const BROKER_USERS = { gridwarden: 'broker-server-password', edge: 'broker-edge-password' };

/** Enough against guessing a random secret; only words that people choose need more rounds. */
const ROUNDS = 101;

/** Keeps what is there, so that running it again changes nothing. Returns the secret. */
function secret(name, make) {
  const path = join(folder, name);
  if (existsSync(path)) return readFileSync(path, 'utf8');
  const value = make();
  // Readable by all, since a container's user is another one than the host's; the folder keeps others out.
  writeFileSync(path, value, { mode: 0o644 });
  process.stdout.write(`wrote ${path}\n`);
  return value;
}

/** A line of Mosquitto's password file: PBKDF2 with SHA-512, type 7 of mosquitto_passwd(1). */
function passwordLine(user, password) {
  const salt = randomBytes(12);
  const hash = pbkdf2Sync(password, salt, ROUNDS, 64, 'sha512');
  return `${user}:$7$${ROUNDS}$${salt.toString('base64')}$${hash.toString('base64')}\n`;
}

const random = () => randomBytes(32).toString('base64url');

mkdirSync(folder, { recursive: true, mode: 0o700 });
for (const name of [...Object.values(BROKER_USERS), 'influx-password', 'influx-token']) secret(name, random);
secret('broker-passwords', () =>
  Object.entries(BROKER_USERS)
    .map(([user, name]) => passwordLine(user, readFileSync(join(folder, name), 'utf8')))
    .join(''),
);
