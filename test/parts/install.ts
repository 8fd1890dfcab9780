/**
 * Installs the real parts that the tests run against: Debian packages, pymodbus, InfluxDB. What is there stays as it is.
 *
 *     npm run parts
 */
import { spawnSync } from 'node:child_process';
import {
  type Found,
  findChromium,
  findFaketime,
  findInfluxd,
  findLibmodbus,
  findMosquitto,
  findProgram,
  findPymodbusPython,
  findSocat,
  findSystemdAnalyze,
} from './find.ts';
import { installDebianPackages } from './install/debian.ts';
import { installInfluxd } from './install/influxd.ts';
import { installPymodbus } from './install/pymodbus.ts';
import { InstallError, say } from './install/run.ts';

/** What is missing when a part is missing, as Debian packages. */
const DEBIAN_PACKAGES: readonly [() => Found<unknown>, readonly string[]][] = [
  [findMosquitto, ['mosquitto', 'mosquitto-clients']],
  [findChromium, ['chromium']],
  [findLibmodbus, ['libmodbus-dev', 'gcc', 'libc6-dev']],
  [findSocat, ['socat']],
  [findFaketime, ['faketime']],
  [findSystemdAnalyze, ['systemd']],
];

const PARTS: readonly [string, () => Found<unknown>][] = [
  ['Mosquitto', findMosquitto],
  ['Chromium', findChromium],
  ['libmodbus', findLibmodbus],
  ['pymodbus', findPymodbusPython],
  ['socat', findSocat],
  ['faketime', findFaketime],
  ['systemd-analyze', findSystemdAnalyze],
  ['InfluxDB', findInfluxd],
];

/** Python makes an environment with pip only with these two modules, which Debian ships apart. */
function pythonPackages(): readonly string[] {
  if (findPymodbusPython().found) return [];
  return spawnSync('python3', ['-c', 'import venv, ensurepip']).status === 0 ? [] : ['python3', 'python3-venv'];
}

/** What builds InfluxDB, from Debian, where it is not there in another way. */
function buildTools(): readonly string[] {
  if (findInfluxd().found) return [];
  const tools: readonly [string, readonly string[]][] = [
    ['go', ['golang-go']],
    ['cargo', ['cargo']],
    ['gcc', ['gcc', 'libc6-dev']],
  ];
  return tools.filter(([program]) => findProgram(program) === undefined).flatMap(([, names]) => names);
}

function debianPackages(): string[] {
  const forParts = DEBIAN_PACKAGES.filter(([find]) => !find().found).flatMap(([, names]) => names);
  return [...new Set([...forParts, ...pythonPackages(), ...buildTools()])];
}

/** One part that cannot be installed does not keep the others away. */
async function attempt(install: () => Promise<void>): Promise<void> {
  try {
    await install();
  } catch (error) {
    if (!(error instanceof InstallError)) throw error;
    say(error.message);
  }
}

await attempt(() => installDebianPackages(debianPackages()));
await attempt(installPymodbus);
await attempt(installInfluxd);

const missing = PARTS.map(([name, find]) => ({ name, lookup: find() })).filter(({ lookup }) => !lookup.found);
for (const { name, lookup } of missing) say(`missing: ${name}${lookup.found ? '' : ` (${lookup.reason})`}`);
say(
  missing.length === 0
    ? 'all parts are there'
    : `${missing.length} of ${PARTS.length} parts are missing; their tests will be skipped`,
);
process.exitCode = missing.length === 0 ? 0 : 1;
