/** Brings node_modules to what package-lock.json says, with npm ci, only when it is not so already. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join, sep } from 'node:path';
import { runQuiet } from './child.mjs';
import { withLock } from './lock.mjs';
import { dropUnusableNode } from './node-binary.mjs';
import { LaunchError, say, startProgress } from './say.mjs';

/** Written into node_modules after an installation: the hash of the lockfile that it was made from. */
const STAMP = 'node_modules/.gridwarden-lockfile';
const NPM_CI = ['ci', '--no-audit', '--no-fund', '--include=dev', '--include=optional'];

function readOptional(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * True when npm's own record of what it installed (node_modules/.package-lock.json) agrees with the lockfile. Optional
 * packages may be absent: they are for other machines.
 */
function agrees(lockfile, record) {
  if (record === undefined) return false;
  const installed = JSON.parse(record).packages ?? {};
  return Object.entries(JSON.parse(lockfile).packages).every(([path, wanted]) => {
    if (path === '') return true;
    const found = installed[path];
    return found === undefined ? wanted.optional === true : found.version === wanted.version;
  });
}

/** True when node_modules holds what the lockfile wants; notes it, so that the next start only compares a hash. */
function isInstalled(root, lockfile, hash) {
  if (readOptional(join(root, STAMP)) === hash) return true;
  if (!agrees(lockfile, readOptional(join(root, 'node_modules/.package-lock.json')))) return false;
  writeFileSync(join(root, STAMP), hash);
  return true;
}

/** `npm run` puts node_modules/.bin first, where a `node` lies that npm ci removes while it runs: keep it out. */
function environment(root) {
  const isOurs = (folder) => folder.startsWith(join(root, 'node_modules') + sep);
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => !isOurs(folder));
  return { ...process.env, PATH: folders.join(delimiter) };
}

async function install(root, hash, onStart) {
  const progress = startProgress('installing the packages of package-lock.json (npm ci)');
  try {
    const { code, output } = await runQuiet('npm', NPM_CI, { cwd: root, env: environment(root), onStart });
    if (code !== 0) {
      process.stderr.write(`${output}\n`);
      throw new LaunchError(
        `npm ci failed with exit code ${code}; its messages are above. Check the network and the disk, then start again; ` +
          `"npm ci" in ${root} does the same step by itself`,
      );
    }
    dropUnusableNode(root);
    writeFileSync(join(root, STAMP), hash);
    progress.done('packages installed');
  } finally {
    progress.stop();
  }
}

/** Installs the packages of the lockfile in `root` unless they are there. Two launches at once install once. */
export async function ensurePackages(root) {
  const lockfile = readOptional(join(root, 'package-lock.json'));
  if (lockfile === undefined) throw new LaunchError(`there is no package-lock.json in ${root}`);
  const hash = createHash('sha256').update(lockfile).digest('hex');
  if (isInstalled(root, lockfile, hash)) return;
  await withLock(join(root, '.cache/packages.lock'), 'installing packages', async (addOwner) => {
    if (isInstalled(root, lockfile, hash)) say('the packages are there now');
    else await install(root, hash, addOwner);
  });
}
