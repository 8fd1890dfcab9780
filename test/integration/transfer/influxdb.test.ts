import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findInfluxd } from '../../parts/find.ts';
import { type InfluxServer, startInfluxd } from '../../parts/influx.ts';
import { describeWithPart } from '../../parts/require.ts';
import { acknowledgedTo, Lab } from './backup-lab.ts';

describeWithPart('a backup beside a real InfluxDB', findInfluxd(), () => {
  const lab = new Lab();
  let influx: InfluxServer;
  let store: object;
  beforeAll(async () => {
    influx = await startInfluxd();
    const { url, org, bucket, token } = influx;
    const tokenFile = lab.path('token');
    writeFileSync(tokenFile, token);
    store = { influxdb: { url, org, bucket, tokenFile } };
  });
  afterAll(async () => {
    await lab.end();
    await influx.stop();
  });

  test('state and ranges are restored beside the same bucket, and claim what it holds', async () => {
    const place = await lab.place('original', store);
    mkdirSync(lab.path('original/rejects'));
    writeFileSync(lab.path('original/rejects/rejects-00000001.jsonl'), '{"reason":"kept"}\n');
    const server = await lab.start(place);
    const node = await lab.node(place);
    await lab.send(node, 1, 200);
    await expect.poll(() => acknowledgedTo(node)).toBe(200);
    const made = await lab.command('backup', lab.path('backup'), '--config', place.config);
    expect(made).toMatchObject({ code: 0, output: expect.stringContaining('with `influx backup`') });
    await lab.send(node, 201, 250);
    await expect.poll(() => acknowledgedTo(node)).toBe(250);
    await node.end();
    await lab.kill(server, place);

    const target = await lab.place('restored', store);
    const restored = await lab.command('restore', lab.path('backup'), '--config', target.config);
    expect(restored).toMatchObject({ code: 0, output: expect.stringContaining('at least what it held then') });
    await lab.start(target);
    // The bucket holds more than the ranges claim; never less.
    expect(await lab.stored(target)).toHaveLength(250);
    expect(await lab.delivery(target)).toMatchObject({ taken: 200, stored: 200, waiting: 0, explained: 0 });
    // The edge had not yet pruned 221 and later: they come again and overwrite themselves.
    const again = await lab.node(target, 221, 1);
    await lab.send(again, 221, 260);
    await expect
      .poll(() => lab.delivery(target))
      .toMatchObject({ taken: 260, stored: 240, waiting: 0, explained: 20, rejectedValues: 0 });
    expect(await lab.stored(target)).toEqual(Array.from({ length: 260 }, (_, index) => index + 1));
    await again.end();
  });
});
