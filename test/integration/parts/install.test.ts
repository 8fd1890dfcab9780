import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  findChromium,
  findFaketime,
  findInfluxd,
  findLibmodbus,
  findMosquitto,
  findPymodbusPython,
  findSocat,
} from '../../parts/find.ts';

const INSTALL = join(import.meta.dirname, '../../parts/install.ts');

function install(env: Record<string, string>): { status: number | null; stdout: string; stderr: string } {
  const { GRIDWARDEN_TEST_INFLUX_URL: _other, ...own } = process.env;
  return spawnSync(process.execPath, [INSTALL], { env: { ...own, ...env }, encoding: 'utf8' });
}

test('a machine that has nothing and can install nothing is told what is missing and what brings it', () => {
  const empty = mkdtempSync(join(tmpdir(), 'gridwarden-bare-'));
  onTestFinished(() => rmSync(empty, { recursive: true }));
  const { status, stdout, stderr } = install({ PATH: empty, XDG_CACHE_HOME: empty });
  expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  expect(stdout).toContain('install what these packages of Debian hold: mosquitto mosquitto-clients chromium');
  expect(stdout).toContain('python3 -m venv');
  expect(stdout).toMatch(/building influxd .* needs go, cargo, gcc: not on PATH\. Install Go/);
  expect(stdout).toMatch(/missing: InfluxDB \(there is no influxd of InfluxDB 2 on PATH/);
});

const finders = [findMosquitto, findChromium, findLibmodbus, findPymodbusPython, findSocat, findFaketime, findInfluxd];

// Anywhere else the test would install something.

if (finders.every((find) => find().found)) {
  test('a machine that has everything is left as it is', () => {
    const { status, stdout } = install({});
    expect(stdout).toContain('Debian packages: none needed');
    expect(stdout).toContain('all parts are there');
    expect(stdout).not.toContain('installing');
    expect(status).toBe(0);
  });
}
