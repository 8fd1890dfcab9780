import { existsSync, mkdirSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MANIFEST_FILE, readManifest } from '../../../server/transfer/manifest.ts';
import { acknowledgedTo, Lab, type Place } from './backup-lab.ts';

const KILLS = 3;
const SLOW_BYTES = 256 * 2 ** 20;
const lab = new Lab();
let place: Place;

beforeAll(async () => {
  place = await lab.place('original');
});
afterAll(() => lab.end());

/** Starts a backup and kills the server once something of it is there; later in each round. */
async function killInTheMiddle(folder: string, round: number): Promise<void> {
  const server = await lab.start(place);
  const body = JSON.stringify({ folder });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${place.url}/api/v1/backups`, { method: 'POST', body, headers });
  expect(answer.status).toBe(202);
  await expect.poll(() => existsSync(folder)).toBe(true);
  // The delay only moves the moment of the kill within the backup; nothing waits for it.
  await delay(round * 15);
  await lab.kill(server, place);
}

test('kill -9 in the middle of a backup leaves nothing that restore accepts, and harms no store', async () => {
  const server = await lab.start(place);
  const node = await lab.node(place);
  await lab.send(node, 1, 300);
  await expect.poll(() => acknowledgedTo(node)).toBe(300);
  await node.end();
  server.signal('SIGTERM');
  await server.ended;
  // Makes the backup last: rejects are copied after the readings.
  mkdirSync(lab.path('original/telemetry/rejects'));
  writeFileSync(lab.path('original/telemetry/rejects/rejects-00000001.jsonl'), '');
  truncateSync(lab.path('original/telemetry/rejects/rejects-00000001.jsonl'), SLOW_BYTES);
  let unfinished = 0;
  for (let round = 0; round < KILLS; round++) {
    const folder = lab.path(`killed-${round}`);
    await killInTheMiddle(folder, round);
    const target = await lab.place(`restored-${round}`);
    const { code, output } = await lab.command('restore', folder, '--config', target.config);
    if (existsSync(join(folder, MANIFEST_FILE))) {
      // It was done before the kill: then it is whole.
      await readManifest(folder);
      expect(code).toBe(0);
    } else {
      unfinished += 1;
      expect([code, output]).toEqual([2, expect.stringContaining('was never finished')]);
      expect(readdirSync(join(target.config, '..'))).toEqual(['server.yaml']);
    }
    rmSync(folder, { recursive: true });
  }
  expect(unfinished).toBeGreaterThan(0);
  await lab.start(place);
  expect(await lab.stored(place)).toHaveLength(300);
}, 120_000);
