/**
 * Starts a program of gridwarden on any machine with Node 20 or newer and npm: installs the packages of the lockfile
 * when they are missing, builds the page when asked to and its sources changed, and runs the program on a Node that
 * executes TypeScript.
 *
 *     node edge/platform/launch.mjs [--page] <script> [args…]
 *     node edge/platform/launch.mjs --page
 *
 * Plain JavaScript without dependencies, here and in launch/: it runs before node_modules exists.
 *
 * `npm run` changes into the package's folder and leaves the user's own in INIT_CWD; the program runs there, so that
 * `--config server.yaml` means the file that the user sees.
 */
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram } from './launch/child.mjs';
import { chooseNode } from './launch/node-binary.mjs';
import { ensurePackages } from './launch/packages.mjs';
import { ensurePage } from './launch/page.mjs';
import { LaunchError, say } from './launch/say.mjs';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const USAGE = 'usage: node edge/platform/launch.mjs [--page] <script> [args…], or --page alone to build the page';

/** The first argument may be the launcher's own; everything behind the script belongs to the program. */
function parseArguments(argv) {
  const page = argv[0] === '--page';
  const [script, ...args] = page ? argv.slice(1) : argv;
  if (script === undefined ? !page : script.startsWith('-')) throw new LaunchError(USAGE);
  return { page, script, args };
}

/** Scripts are named relative to the project, whatever folder the user stands in. */
function resolveScript(script) {
  const path = resolve(ROOT, script);
  if (!existsSync(path)) throw new LaunchError(`there is no ${script} in ${ROOT}`);
  return path;
}

/** Where the user stands: INIT_CWD only counts when npm has moved us to the package's folder. */
function workingDirectory() {
  const { INIT_CWD } = process.env;
  return INIT_CWD !== undefined && process.cwd() === ROOT && existsSync(INIT_CWD) ? INIT_CWD : process.cwd();
}

/** Node keeps compiled programs here, so that the next start is faster; a folder that cannot be written is no obstacle. */
const COMPILED = resolve(ROOT, 'node_modules/.cache/node');

/** INIT_CWD is taken out so that a launcher started by the program does not change folders once more. */
function environment(node) {
  const { INIT_CWD: _taken, ...env } = process.env;
  return { NODE_COMPILE_CACHE: COMPILED, ...env, ...node.env };
}

async function main() {
  const { page, script, args } = parseArguments(process.argv.slice(2));
  await ensurePackages(ROOT);
  const node = await chooseNode({ root: ROOT });
  if (page) await ensurePage(ROOT, node);
  if (script === undefined) return;
  await runProgram(node.path, [resolveScript(script), ...args], { cwd: workingDirectory(), env: environment(node) });
}

try {
  await main();
} catch (error) {
  if (!(error instanceof LaunchError)) throw error;
  say(error.message);
  process.exitCode = 1;
}
