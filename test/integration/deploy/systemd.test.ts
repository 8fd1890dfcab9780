import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findSystemdAnalyze } from '../../parts/find.ts';
import { describeWithPart } from '../../parts/require.ts';

const UNIT = 'gridwarden-edge.service';
const TEXT = readFileSync(join(import.meta.dirname, '../../../edge/deploy', UNIT), 'utf8');

/** The most exposed that the service may be, of 10: systemd calls up to 2 hardened well. */
const MOST_EXPOSED = 2;

describeWithPart('systemd-analyze', findSystemdAnalyze(), ({ path }) => {
  let folder: string;
  let file: string;

  /** The unit with its program where one lies: its absence is the only thing that must not count. */
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'gridwarden-systemd-'));
    mkdirSync(join(folder, 'edge/node_modules/.bin'), { recursive: true });
    const node = join(folder, 'edge/node_modules/.bin/node');
    writeFileSync(node, '#!/bin/sh\n');
    chmodSync(node, 0o755);
    file = join(folder, UNIT);
    writeFileSync(file, TEXT.replaceAll('/opt/gridwarden', folder));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('has no fault to find in the unit', () => {
    const { status, stdout, stderr } = spawnSync(path, ['verify', '--man=no', file], { encoding: 'utf8' });
    expect([status, stdout + stderr]).toEqual([0, '']);
  });

  test('finds it hardened well', () => {
    const args = ['security', '--offline=yes', `--threshold=${MOST_EXPOSED * 10}`, '--no-pager', file];
    const { status, stdout } = spawnSync(path, args, { encoding: 'utf8' });
    expect(stdout).toContain('Overall exposure level');
    expect(status).toBe(0);
  });

  test('notices a fault', () => {
    writeFileSync(file, TEXT.replaceAll('/opt/gridwarden', folder).replace('Restart=always', 'Restart=perhaps'));
    const { stderr } = spawnSync(path, ['verify', '--man=no', file], { encoding: 'utf8' });
    expect(stderr).toContain('restart specifier');
  });
});

test('the service runs as nobody in particular, is reloaded by SIGHUP, and comes back whatever ended it', () => {
  expect(TEXT.split('\n')).toEqual(
    expect.arrayContaining([
      'DynamicUser=yes',
      'SupplementaryGroups=dialout',
      'NoNewPrivileges=yes',
      'ProtectSystem=strict',
      'ExecReload=/bin/kill -HUP $MAINPID',
      'Restart=always',
      'StateDirectory=gridwarden',
    ]),
  );
});
