import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { INFLUXDB_VERSION, PYMODBUS_VERSION } from './versions.ts';

/** A part that is here, or the reason why not, with what brings it. */
export type Found<Part> =
  | { readonly found: true; readonly part: Part }
  | { readonly found: false; readonly reason: string };

/** An InfluxDB that runs already, or the program to start one. */
export type InfluxPart =
  | { readonly kind: 'running'; readonly url: string; readonly org: string; readonly token: string }
  | { readonly kind: 'program'; readonly influxd: string };

export interface MosquittoPart {
  readonly broker: string;
  readonly subscriber: string;
  readonly publisher: string;
}

/** What compiles a program against libmodbus. */
export interface LibmodbusPart {
  readonly compiler: string;
  readonly flags: readonly string[];
}

const HOW = 'npm run parts installs it';

function found<Part>(part: Part): Found<Part> {
  return { found: true, part };
}

function missing(reason: string): { readonly found: false; readonly reason: string } {
  return { found: false, reason: `${reason}; ${HOW}` };
}

/** Where parts are kept that no package manager installs: one folder a part and version. */
export function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'gridwarden');
}

export function cachedInfluxd(): string {
  return join(cacheFolder(), `influxd-${INFLUXDB_VERSION}`, 'influxd');
}

/** The folder of the Python environment with pymodbus in it, and pyserial, which it needs for serial lines. */
export function pymodbusFolder(): string {
  return join(cacheFolder(), `pymodbus-${PYMODBUS_VERSION}`);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The full path of a program; servers lie in sbin folders, which an ordinary user's PATH does not hold. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/** The first of several commands that succeeds when run with `args`. */
function findWorking(
  candidates: readonly (string | undefined)[],
  args: readonly string[],
  output: RegExp,
): string | undefined {
  return candidates.find((path) => {
    if (path === undefined || !isExecutable(path)) return false;
    const { status, stdout } = spawnSync(path, args, { encoding: 'utf8' });
    return status === 0 && output.test(stdout);
  });
}

function runningInflux(): Found<InfluxPart> | undefined {
  const {
    GRIDWARDEN_TEST_INFLUX_URL: url,
    GRIDWARDEN_TEST_INFLUX_TOKEN: token,
    GRIDWARDEN_TEST_INFLUX_ORG: org,
  } = process.env;
  if (!url) return undefined;
  if (token && org) return found({ kind: 'running', url, org, token });
  const reason =
    'GRIDWARDEN_TEST_INFLUX_URL is set without GRIDWARDEN_TEST_INFLUX_TOKEN and GRIDWARDEN_TEST_INFLUX_ORG';
  return { found: false, reason };
}

/** InfluxDB 2: the server named by GRIDWARDEN_TEST_INFLUX_URL, an influxd on PATH, or the one that was built. */
export function findInfluxd(): Found<InfluxPart> {
  const running = runningInflux();
  if (running) return running;
  // Debian's influxd is of the 1.x line and has another interface.
  const isTwo = /^InfluxDB (v?2\.|dev)/;
  const influxd = findWorking([findProgram('influxd'), cachedInfluxd()], ['version'], isTwo);
  if (influxd !== undefined) return found({ kind: 'program', influxd });
  return missing(`there is no influxd of InfluxDB 2 on PATH or at ${cachedInfluxd()}`);
}

export function findMosquitto(): Found<MosquittoPart> {
  const broker = findProgram('mosquitto');
  const subscriber = findProgram('mosquitto_sub');
  const publisher = findProgram('mosquitto_pub');
  if (broker && subscriber && publisher) return found({ broker, subscriber, publisher });
  return missing('Mosquitto and its clients (Debian: mosquitto, mosquitto-clients) are not installed');
}

export function findChromium(): Found<{ readonly path: string }> {
  const path = findProgram('chromium');
  return path ? found({ path }) : missing('Chromium (Debian: chromium) is not installed');
}

export function findPymodbusPython(): Found<{ readonly path: string }> {
  const path = join(pymodbusFolder(), 'bin/python');
  if (findWorking([path], ['-c', 'import pymodbus, serial'], /^/)) return found({ path });
  return missing(`pymodbus and pyserial are not installed in ${pymodbusFolder()}`);
}

export function findLibmodbus(): Found<LibmodbusPart> {
  const compiler = findProgram('gcc') ?? findProgram('cc');
  if (!compiler) return missing('there is no C compiler (Debian: gcc, libc6-dev)');
  const headers = '/usr/include/modbus';
  if (!existsSync(join(headers, 'modbus.h'))) return missing('libmodbus (Debian: libmodbus-dev) is not installed');
  return found({ compiler, flags: [`-I${headers}`, '-lmodbus'] });
}

export function findSocat(): Found<{ readonly path: string }> {
  const path = findProgram('socat');
  return path ? found({ path }) : missing('socat (Debian: socat) is not installed');
}

/** Checks unit files without a running systemd. */
export function findSystemdAnalyze(): Found<{ readonly path: string }> {
  const path = findProgram('systemd-analyze');
  return path ? found({ path }) : missing('systemd-analyze (Debian: systemd) is not installed');
}

/** Runs a program with a clock that the test sets. */
export function findFaketime(): Found<{ readonly path: string }> {
  const path = findProgram('faketime');
  return path ? found({ path }) : missing('faketime (Debian: faketime) is not installed');
}
