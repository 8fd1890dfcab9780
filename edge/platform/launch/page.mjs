/** Builds the control-room page with Vite when its sources changed since the last build. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runQuiet } from './child.mjs';
import { withLock } from './lock.mjs';
import { LaunchError, startProgress } from './say.mjs';

/** Everything that a build of the page can depend on. A test holds the page's imports against this list. */
export const PAGE_SOURCES = [
  'server/web',
  'server/live/protocol.ts',
  'edge/protocol',
  'edge/platform',
  'package-lock.json',
];

const DIST = 'server/web/dist';
/** Vite empties its folder before it builds, so a failed build leaves no stamp. */
const STAMP = `${DIST}/.sources`;

/** The files below `path` (or `path` itself), sorted, without built ones. */
function filesBelow(root, path) {
  if (!statSync(join(root, path)).isDirectory()) return [path];
  return readdirSync(join(root, path), { withFileTypes: true })
    .filter((entry) => entry.name !== 'dist' && entry.name !== 'node_modules')
    .map((entry) => `${path}/${entry.name}`)
    .sort()
    .flatMap((child) => filesBelow(root, child));
}

/** One hash over names and contents of all sources of the page. */
function hashSources(root) {
  const hash = createHash('sha256');
  for (const path of PAGE_SOURCES.filter((source) => existsSync(join(root, source)))) {
    for (const file of filesBelow(root, path)) {
      const content = readFileSync(join(root, file));
      hash.update(`${file}\0${content.length}\0`).update(content);
    }
  }
  return hash.digest('hex');
}

function isBuilt(root, hash) {
  const stamp = join(root, STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === hash;
}

async function build(root, node, hash, onStart) {
  const progress = startProgress('building the page');
  try {
    const args = [join(root, 'node_modules/vite/bin/vite.js'), 'build', '--config', 'server/web/vite.config.ts'];
    const { code, output } = await runQuiet(node.path, args, {
      cwd: root,
      env: { ...process.env, ...node.env },
      onStart,
    });
    const missing = code === 0 && !existsSync(join(root, DIST, 'index.html')) ? ` and wrote no ${DIST}/index.html` : '';
    if (code !== 0 || missing !== '') {
      process.stderr.write(`${output}\n`);
      throw new LaunchError(`vite ended with exit code ${code}${missing}; its messages are above`);
    }
    writeFileSync(join(root, STAMP), hash);
    progress.done('page built');
  } finally {
    progress.stop();
  }
}

/** Builds the page in `root` with the given Node unless it is there and of the present sources. */
export async function ensurePage(root, node) {
  const hash = hashSources(root);
  if (isBuilt(root, hash)) return;
  await withLock(join(root, '.cache/page.lock'), 'building the page', async (addOwner) => {
    if (!isBuilt(root, hash)) await build(root, node, hash, addOwner);
  });
}
