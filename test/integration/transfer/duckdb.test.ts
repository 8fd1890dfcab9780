import {
  appendFileSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BackupsSchema } from '../../../server/api/backups.schema.ts';
import { MANIFEST_FILE, readManifest } from '../../../server/transfer/manifest.ts';
import { parsedAs } from '../../support/expect-schema.ts';
import type { Launched } from '../../support/launched.ts';
import type { TestNode } from '../../support/sparkplug-node.ts';
import { acknowledgedTo, Lab, type Place } from './backup-lab.ts';

/** Each case restores somewhere; a backup that was made while data came in is the beginning of all. */
const lab = new Lab();
const backup = lab.path('backup');
let place: Place;
let server: Launched;
let node: TestNode;
let acknowledgedBefore = 0;
let restores = 0;

beforeAll(async () => {
  place = await lab.place('original');
  server = await lab.start(place);
  node = await lab.node(place);
});
afterAll(() => lab.end());

async function restore(folder: string) {
  const target = await lab.place(`restored-${++restores}`);
  return { target, ...(await lab.command('restore', folder, '--config', target.config)) };
}

function altered(name: string, alter: (folder: string) => void): string {
  cpSync(backup, lab.path(name), { recursive: true });
  alter(lab.path(name));
  return lab.path(name);
}

function storeFile(folder: string, pattern: RegExp): string {
  const name = readdirSync(join(folder, 'store')).find((one) => pattern.test(one));
  if (name === undefined) throw new Error(`no ${pattern} in the backup`);
  return join(folder, 'store', name);
}

test('a backup is made while data come in, through the running server', async () => {
  await lab.send(node, 1, 500);
  await expect.poll(() => acknowledgedTo(node)).toBe(500);
  let next = 501;
  let isMade = false;
  const sending = async () => {
    for (; !isMade; next += 20) {
      await lab.send(node, next, next + 19);
      // As fast as it can it would only fill memory.
      await delay(5);
    }
  };
  acknowledgedBefore = acknowledgedTo(node);
  const sent = sending();
  const made = await lab.command('backup', backup, '--config', place.config);
  isMade = true;
  await sent;
  expect(made).toMatchObject({ code: 0, output: expect.stringContaining(`the backup is complete: ${backup}`) });
  expect(made.output).toMatch(/copied .* of /);
  await expect.poll(() => acknowledgedTo(node)).toBe(next - 1);
  const { items } = parsedAs(BackupsSchema, await (await fetch(`${place.url}/api/v1/backups`)).text());
  expect(items).toMatchObject([{ folder: backup, state: 'done', by: 'local', reason: null }]);
  const audited = await readState(backup, 'SELECT action FROM audit');
  expect(audited).toEqual([{ action: 'backup.start' }]);
});

async function readState(folder: string, sql: string): Promise<unknown[]> {
  const state = new DatabaseSync(join(folder, 'state.sqlite'), { readOnly: true });
  try {
    return state.prepare(sql).all();
  } finally {
    state.close();
  }
}

test('a second backup into the same folder is refused', async () => {
  const again = await lab.command('backup', backup, '--config', place.config);
  expect(again).toMatchObject({ code: 1, output: expect.stringContaining('is not empty') });
  expect(existsSync(join(backup, MANIFEST_FILE))).toBe(true);
});

test('killed, restored into an empty place, started: every reading acknowledged before the backup is there; what came after is explained', async () => {
  const lastN = acknowledgedTo(node);
  await lab.kill(server, place);
  await node.end();
  const { target, code, output } = await restore(backup);
  expect([code, output]).toEqual([0, expect.stringMatching(/restored as of .*the server can be started/)]);
  const restored = await lab.start(target);
  const stored = await lab.stored(target);
  const copiedTo = stored.length;
  expect(copiedTo).toBeGreaterThanOrEqual(acknowledgedBefore);
  expect(copiedTo).toBeLessThan(lastN);
  expect(stored).toEqual(Array.from({ length: copiedTo }, (_, index) => index + 1));
  // Ranges and rows are of one moment.
  expect(await lab.delivery(target)).toMatchObject({ taken: copiedTo, stored: copiedTo, waiting: 0, explained: 0 });
  // The edge has pruned all that was acknowledged, and goes on.
  const after = await lab.node(target, lastN + 1, 1);
  await lab.send(after, lastN + 1, lastN + 10);
  const lost = lastN - copiedTo;
  await expect
    .poll(() => lab.delivery(target))
    .toMatchObject({ taken: lastN + 10, stored: copiedTo + 10, waiting: 0, explained: lost });
  await after.end();
  const { restoration } = parsedAs(BackupsSchema, await (await fetch(`${target.url}/api/v1/backups`)).text());
  expect(restoration?.backup).toBe((await readManifest(backup)).id);
  restored.signal('SIGTERM');
  expect(await restored.ended).toBe(0);
  const [explained] = await readState(join(target.config, '..'), 'SELECT reason, from_n, to_n, from_ms FROM tombstone');
  expect(explained).toMatchObject({ reason: 'lost_by_restore', from_n: copiedTo + 1, to_n: lastN });
});

test('a backup of files that no server has open is the same', async () => {
  const target = lab.path('restored-1/server.yaml');
  const made = await lab.command('backup', lab.path('cold'), '--config', target);
  expect(made).toMatchObject({ code: 0, output: expect.stringContaining('the backup is complete') });
  const { target: again, code } = await restore(lab.path('cold'));
  expect(code).toBe(0);
  await lab.start(again);
  expect((await lab.delivery(again)).stored).toBe((await lab.stored(again)).length);
});

test.each([
  ['without its manifest', (folder: string) => rmSync(join(folder, MANIFEST_FILE)), 'was never finished'],
  ['with a torn manifest', (folder: string) => truncateSync(join(folder, MANIFEST_FILE), 200), 'manifest.json is torn'],
  [
    'whose manifest was altered',
    (folder: string) => {
      const text = readFileSync(join(folder, MANIFEST_FILE), 'utf8');
      writeFileSync(join(folder, MANIFEST_FILE), text.replace('"host": "gridwarden"', '"host": "other"'));
    },
    'manifest has been altered',
  ],
  ['without its state', (folder: string) => rmSync(join(folder, 'state.sqlite')), 'state.sqlite is missing'],
  [
    'with a torn file',
    (folder: string) => truncateSync(storeFile(folder, /^fast.*\.duckdb$/), 12_288),
    'has 12288 bytes, not',
  ],
  [
    'with a file that has grown',
    (folder: string) => appendFileSync(storeFile(folder, /catalogue/), 'x'),
    'catalogue.sqlite has',
  ],
  [
    'with one bit changed',
    (folder: string) => {
      const file = storeFile(folder, /^fast.*\.duckdb$/);
      const bytes = readFileSync(file);
      bytes[9000] = (bytes[9000] ?? 0) ^ 1;
      writeFileSync(file, bytes);
    },
    'has been altered: its hash is another one',
  ],
])('a backup %s is refused, and leaves nothing', async (name, alter, words) => {
  const folder = altered(`altered ${name}`, alter);
  const { target, code, output } = await restore(folder);
  expect([code, output]).toEqual([2, expect.stringContaining(words)]);
  expect(output).not.toContain('    at ');
  const left = readdirSync(join(target.config, '..'), { recursive: true, withFileTypes: true });
  expect(left.filter((entry) => entry.isFile()).map(({ name: file }) => file)).toEqual(['server.yaml']);
});

test('a place that is not empty is refused and left as it was', async () => {
  const target = await lab.place('taken');
  writeFileSync(lab.path('taken/state.sqlite'), 'something');
  const refused = await lab.command('restore', backup, '--config', target.config);
  expect(refused).toMatchObject({ code: 2, output: expect.stringContaining('state.sqlite is there already') });
  expect(readFileSync(lab.path('taken/state.sqlite'), 'utf8')).toBe('something');
  expect(readdirSync(lab.path('taken'))).toEqual(['server.yaml', 'state.sqlite']);
});

test('a store of another kind is refused', async () => {
  const influxdb = { url: 'http://127.0.0.1:1', org: 'o', bucket: 'b', token: 't' };
  const target = await lab.place('other-kind', { influxdb });
  const refused = await lab.command('restore', backup, '--config', target.config);
  expect(refused).toMatchObject({ code: 2, output: expect.stringContaining('its store is duckdb') });
});
