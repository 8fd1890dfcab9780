import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cachedInfluxd, cacheFolder, findInfluxd, findProgram } from '../find.ts';
import { INFLUXDB_VERSION } from '../versions.ts';
import { InstallError, run, say } from './run.ts';

const MODULE = 'github.com/influxdata/influxdb/v2';
const PKG_CONFIG_MODULE = 'github.com/influxdata/pkg-config';

/** The checksums of the module, as the public checksum database has them: a module that differs is refused by Go. */
const MODULE_SUMS = `\
${MODULE} v${INFLUXDB_VERSION} h1:lCCimWY/VpSmNyfOUm5WqKhZijlgJA8JHSD/+39XXuA=
${MODULE} v${INFLUXDB_VERSION}/go.mod h1:hwLn1IiTz7gBx0XFFYu6g6dldfgg49PwgPYWpkzzTBM=
`;

/** A module of our own that only names the programs to build. */
const GO_MOD = `\
module gridwarden.local/influxd

go 1.25.10

require ${MODULE} v${INFLUXDB_VERSION}

tool (
	${MODULE}/cmd/influxd
	${PKG_CONFIG_MODULE}
)
`;

/** go.mod and go.sum are ours to complete: the indirect requirements follow from the module's own. */
const GO_ENVIRONMENT = { GOFLAGS: '-mod=mod', CGO_ENABLED: '1' };

/** Since this version Go fetches by itself a newer one that a module asks for. */
const OLDEST_GO_MINOR = 21;

/** What helps when influxd cannot be built here; Debian's own Go may be too old. */
const WAYS =
  `Install Go (1.${OLDEST_GO_MINOR} or newer) and Rust (rustup) from their makers, or put an influxd of InfluxDB 2 on PATH, ` +
  'or set GRIDWARDEN_TEST_INFLUX_URL, GRIDWARDEN_TEST_INFLUX_TOKEN and GRIDWARDEN_TEST_INFLUX_ORG';

function checkTools(): void {
  const missing = ['go', 'cargo', 'gcc'].filter((name) => findProgram(name) === undefined);
  const subject = `building influxd ${INFLUXDB_VERSION} needs`;
  if (missing.length > 0) throw new InstallError(`${subject} ${missing.join(', ')}: not on PATH. ${WAYS}`);
  const version = spawnSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' }).stdout.trim();
  const minor = Number(/^go1\.(\d+)/.exec(version)?.[1]);
  if (minor < OLDEST_GO_MINOR)
    throw new InstallError(`${subject} Go 1.${OLDEST_GO_MINOR} or newer; this is ${version}. ${WAYS}`);
}

/** Downloads the module and returns its folder. */
async function download(buildDir: string): Promise<string> {
  await writeFile(join(buildDir, 'go.mod'), GO_MOD);
  await writeFile(join(buildDir, 'go.sum'), MODULE_SUMS);
  const answer = await run('go', ['mod', 'download', '-json', `${MODULE}@v${INFLUXDB_VERSION}`], {
    what: `downloading the sources of InfluxDB ${INFLUXDB_VERSION}`,
    cwd: buildDir,
    env: GO_ENVIRONMENT,
  });
  return (JSON.parse(answer) as { Dir: string }).Dir;
}

/** Replacements only count in the main module, so the module's own are repeated in ours; its checksums come along. */
async function takeOver(moduleDir: string, buildDir: string): Promise<void> {
  const goMod = await readFile(join(moduleDir, 'go.mod'), 'utf8');
  const replacements = goMod.split('\n').filter((line) => line.startsWith('replace '));
  await writeFile(join(buildDir, 'go.mod'), `${GO_MOD}\n${replacements.join('\n')}\n`);
  await writeFile(join(buildDir, 'go.sum'), MODULE_SUMS + (await readFile(join(moduleDir, 'go.sum'), 'utf8')));
}

async function build(buildDir: string): Promise<string> {
  // Builds the part of Flux that is written in Rust, and tells the C linker where it is.
  const pkgConfig = join(buildDir, 'pkg-config');
  await run('go', ['build', '-o', pkgConfig, PKG_CONFIG_MODULE], {
    what: 'building the pkg-config of InfluxData',
    cwd: buildDir,
    env: GO_ENVIRONMENT,
  });
  const influxd = join(buildDir, 'influxd');
  const flags = ['-tags', 'sqlite_foreign_keys,sqlite_json', '-ldflags', `-s -w -X main.version=${INFLUXDB_VERSION}`];
  await run('go', ['build', ...flags, '-o', influxd, `${MODULE}/cmd/influxd`], {
    what: `building influxd ${INFLUXDB_VERSION} (about 5 minutes on two cores)`,
    cwd: buildDir,
    // Flux pins a Rust version that rustup may not have; any recent stable one builds it.
    env: { ...GO_ENVIRONMENT, PKG_CONFIG: pkgConfig, RUSTUP_TOOLCHAIN: process.env.RUSTUP_TOOLCHAIN ?? 'stable' },
  });
  return influxd;
}

/** Puts the program into its place in one step, so that an interrupted installation leaves none or a whole one. */
async function keep(built: string): Promise<void> {
  const target = cachedInfluxd();
  await mkdir(dirname(target), { recursive: true });
  const unfinished = `${target}.${process.pid}`;
  await copyFile(built, unfinished);
  await rename(unfinished, target);
}

/** Builds influxd from its Go module into the cache folder, unless there is an InfluxDB 2 to use already. */
export async function installInfluxd(): Promise<void> {
  const lookup = findInfluxd();
  if (lookup.found)
    return say(`InfluxDB: there (${lookup.part.kind === 'running' ? lookup.part.url : lookup.part.influxd})`);
  checkTools();
  await mkdir(cacheFolder(), { recursive: true });
  const buildDir = await mkdtemp(join(cacheFolder(), 'build-influxd-'));
  try {
    await takeOver(await download(buildDir), buildDir);
    await keep(await build(buildDir));
  } finally {
    await rm(buildDir, { recursive: true, force: true });
  }
}
