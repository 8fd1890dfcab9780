/**
 * Node's own builds need libatomic.so.1 from version 25 on, and Debian has it in a package (libatomic1) that comes with
 * the compiler but not with a fresh machine. Where it is missing it is fetched into .cache of the project: nothing is
 * installed on the machine, and nobody has to be root.
 */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runQuiet } from './child.mjs';
import { withLock } from './lock.mjs';
import { startProgress } from './say.mjs';

const PACKAGE = 'libatomic1';
const LIBRARY = 'libatomic.so.1';

/** The folder below `unpacked` that holds the library; its name depends on the architecture. */
function findFolder(unpacked) {
  if (!existsSync(unpacked)) return undefined;
  const path = readdirSync(unpacked, { recursive: true }).find((name) => name.endsWith(`/${LIBRARY}`));
  return path === undefined ? undefined : join(unpacked, dirname(path));
}

/** Runs a command of Debian; false when it fails or is not there. */
async function succeeds(command, args, cwd) {
  try {
    return (await runQuiet(command, args, { cwd, env: process.env })).code === 0;
  } catch {
    return false;
  }
}

/** Lists of packages of our own: a fresh machine has none yet, and only root may make the machine's. */
function ownLists(work) {
  const folders = { 'Dir::State::lists': join(work, 'lists'), 'Dir::Cache': join(work, 'cache') };
  for (const folder of Object.values(folders)) mkdirSync(join(folder, 'partial'), { recursive: true });
  mkdirSync(join(work, 'cache/archives/partial'), { recursive: true });
  return [
    '-o',
    'APT::Sandbox::User=root',
    ...Object.entries(folders).flatMap(([key, path]) => ['-o', `${key}=${path}`]),
  ];
}

async function download(work) {
  if (await succeeds('apt-get', ['download', PACKAGE], work)) return true;
  const options = ownLists(work);
  return (
    (await succeeds('apt-get', [...options, 'update'], work)) &&
    (await succeeds('apt-get', [...options, 'download', PACKAGE], work))
  );
}

async function fetchInto(target) {
  const work = `${target}.unfinished`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(join(work, 'unpacked'), { recursive: true });
  try {
    if (!(await download(work))) return;
    const file = readdirSync(work).find((name) => name.endsWith('.deb'));
    if (file === undefined || !(await succeeds('dpkg-deb', ['-x', file, 'unpacked'], work))) return;
    if (findFolder(join(work, 'unpacked'))) renameSync(join(work, 'unpacked'), target);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The folder with the library, fetched when needed; undefined where Debian's tools cannot get it. */
export async function ensureLibatomic(root) {
  const target = join(root, '.cache/libatomic');
  const known = findFolder(target);
  if (known) return known;
  return withLock(`${target}.lock`, `fetching ${PACKAGE}`, async () => {
    const meanwhile = findFolder(target);
    if (meanwhile) return meanwhile;
    const progress = startProgress(
      `fetching ${LIBRARY} (Debian's ${PACKAGE}), which this machine lacks and Node needs`,
    );
    try {
      await fetchInto(target);
      const folder = findFolder(target);
      if (folder) progress.done(`${LIBRARY} fetched`);
      return folder;
    } finally {
      progress.stop();
    }
  });
}
