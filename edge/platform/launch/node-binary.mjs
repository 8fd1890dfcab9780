/** Which Node runs the program: it must execute TypeScript and have node:sqlite. */
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { ensureLibatomic } from './libatomic.mjs';
import { LaunchError } from './say.mjs';

/** The version that gridwarden is developed and tested on. */
const PREFERRED_MAJOR = 26;
/** The oldest one that can run it. */
const OLDEST_MAJOR = 24;

/** `first` before what a list of folders in the environment holds. */
function prepend(first, list) {
  return [first, list].filter(Boolean).join(delimiter);
}

/** The environment in which a Node runs and in which `node` is that Node for whatever it starts. */
function environmentFor(path, libraryFolder) {
  const env = { PATH: prepend(dirname(path), process.env.PATH) };
  return libraryFolder === undefined
    ? env
    : { ...env, LD_LIBRARY_PATH: prepend(libraryFolder, process.env.LD_LIBRARY_PATH) };
}

/** Why a Node binary does not run here (wrong architecture, a library missing); undefined when it does. */
function problemOf(path, env = {}) {
  if (!existsSync(path)) return `there is no ${path}`;
  const { status, error, stderr } = spawnSync(path, ['--version'], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  return status === 0 ? undefined : (error?.message ?? stderr.trim());
}

/** The Node that came as an npm package, with the library that it may lack: `{ node }` or `{ problem }`. */
async function packagedNode(root, path) {
  const problem = problemOf(path);
  if (problem === undefined) return { node: { path, env: environmentFor(path) } };
  // Only the loader's own words say what is missing.
  const folder = problem.includes('libatomic.so.1') ? await ensureLibatomic(root) : undefined;
  if (folder === undefined) return { problem };
  const env = environmentFor(path, folder);
  const still = problemOf(path, env);
  return still === undefined ? { node: { path, env } } : { problem: still };
}

/**
 * The Node to use, `{ path, env }` with what has to be set for it: the running one when it is new enough, else the one
 * that came as an npm package, else the running one when it can at least run the program.
 */
export async function chooseNode({
  root,
  version = process.versions.node,
  execPath = process.execPath,
  arch = process.arch,
}) {
  const major = Number.parseInt(version, 10);
  const own = { path: execPath, env: environmentFor(execPath) };
  if (major >= PREFERRED_MAJOR) return own;
  const packaged = join(root, 'node_modules', `node-linux-${arch}`, 'bin', 'node');
  if (major >= OLDEST_MAJOR && problemOf(packaged) !== undefined) return own;
  const { node, problem } = await packagedNode(root, packaged);
  if (node) return node;
  throw new LaunchError(
    `Node ${OLDEST_MAJOR} or newer is needed; this is Node ${version}, and the Node ${PREFERRED_MAJOR} that comes with ` +
      `the packages cannot be used here:\n${problem}\nInstall what is named there (libatomic.so.1 is in Debian's ` +
      `libatomic1 and Fedora's libatomic), or Node ${PREFERRED_MAJOR}`,
  );
}

/**
 * Takes the `node` that came with the packages off the PATH of `npm run` when it does not run by itself: npm would start
 * this launcher with it and fail.
 */
export function dropUnusableNode(root) {
  const link = join(root, 'node_modules/.bin/node');
  if (existsSync(link) && problemOf(link) !== undefined) rmSync(link);
}
