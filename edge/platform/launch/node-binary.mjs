/** Which Node runs the program: it must execute TypeScript and have node:sqlite. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { LaunchError } from './say.mjs';

/** The version that gridwarden is developed and tested on. */
const PREFERRED_MAJOR = 26;
/** The oldest one that can run it. */
const OLDEST_MAJOR = 24;

function majorOf(version) {
  return Number.parseInt(version, 10);
}

/** The version that a Node binary reports, undefined when it does not run here (wrong architecture, other C library). */
function versionOf(binary) {
  const { status, stdout } = spawnSync(binary, ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim().replace(/^v/, '') : undefined;
}

/**
 * The Node binary to use: the running one when it is new enough, else the one that came as an npm package, else the
 * running one when it can at least run the program.
 */
export function chooseNode({
  root,
  version = process.versions.node,
  execPath = process.execPath,
  arch = process.arch,
}) {
  if (majorOf(version) >= PREFERRED_MAJOR) return execPath;
  const packaged = join(root, 'node_modules', `node-linux-${arch}`, 'bin', 'node');
  if (versionOf(packaged) !== undefined) return packaged;
  if (majorOf(version) >= OLDEST_MAJOR) return execPath;
  throw new LaunchError(
    `Node ${OLDEST_MAJOR} or newer is needed; this is Node ${version}, and the npm package node-linux-${arch} that would ` +
      `supply Node ${PREFERRED_MAJOR} is not installed or does not run here. Install Node ${PREFERRED_MAJOR}, or run ` +
      `"npm ci --include=optional" in ${root} and look at its messages`,
  );
}
