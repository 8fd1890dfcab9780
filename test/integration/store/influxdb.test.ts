import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { request } from '../../contract/store/batch.ts';
import { createBucket } from '../../contract/store/influx-buckets.ts';
import { rawRows } from '../../contract/store/rows.ts';
import { findInfluxd } from '../../parts/find.ts';
import { type InfluxServer, startInfluxd } from '../../parts/influx.ts';
import { describeWithPart } from '../../parts/require.ts';
import { type InfluxAddress, InfluxPlace } from './influx-store.ts';
import { ledgerBatch, ledgerSeries } from './ledger-batch.ts';

const NOON = Date.UTC(2026, 2, 10, 12);
const DAY = 86_400_000;
const POWER = { device: 'M-1', metric: 'active_power', kind: 'meter', pollClass: 'fast' } as const;
const VOLTAGE = { ...POWER, metric: 'voltage_a' } as const;

describeWithPart('a store in a real InfluxDB', findInfluxd(), () => {
  let server: InfluxServer;
  let place: InfluxPlace;
  let address: InfluxAddress;
  beforeAll(async () => {
    server = await startInfluxd();
  });
  afterAll(async () => {
    await server.stop();
  });
  beforeEach(async () => {
    place = new InfluxPlace();
    const { url, org, token } = server;
    address = { url, org, token, bucket: await createBucket(server) };
  });
  afterEach(() => place.remove());

  function rejected(): { reason: string; metric: string; value: number; n: number }[] {
    return readdirSync(place.rejects).flatMap((file) =>
      readFileSync(join(place.rejects, file), 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    );
  }

  async function asServer(path: string, method = 'GET', body?: string): Promise<unknown> {
    const headers = { authorization: `Token ${server.token}` };
    const response = await fetch(`${server.url}${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    const text = await response.text();
    return text === '' ? undefined : JSON.parse(text);
  }

  describe('what it cannot store', () => {
    test('a field of another type is set aside with the server’s reason; the rest of its line and batch is stored', async () => {
      const query = new URLSearchParams({ org: address.org, bucket: address.bucket, precision: 'ms' });
      // Someone has written the field as an integer before.
      await asServer(`/api/v2/write?${query}`, 'POST', `meter,device=M-1,origin=live voltage_a=1i ${NOON}`);
      const store = await place.open(address);
      const [power, voltage] = [store.seriesOf(POWER), store.seriesOf(VOLTAGE)];
      const points = Array.from({ length: 50 }, (_, index) => [
        { series: power, timeMs: NOON + index * 1000, value: index, n: index + 1 },
        { series: voltage, timeMs: NOON + index * 1000, value: 230 + index, n: index + 1 },
      ]).flat();
      points.splice(1, 1, { series: power, timeMs: NOON + 1, value: 0.5, n: 1 });
      const result = await store.commit(
        request([...points.slice(0, 6), ...points.slice(6).filter((_, i) => i % 2 === 0)]),
      );
      expect(result.rejected.map(({ index }) => index)).toEqual([3, 5]);
      expect(result.rejected[0]?.reason).toContain('type');
      expect(await rawRows(store, power)).toHaveLength(51);
      expect(rejected()).toMatchObject([
        { metric: 'voltage_a', value: 231, n: 2 },
        { metric: 'voltage_a', value: 232, n: 3 },
      ]);
      expect(await store.received()).toMatchObject([{ ranges: [[1, 50]] }]);
      expect(await place.metrics.text()).toContain('gridwarden_store_rejected_points_total 2');
      await store.close();
    });

    test('points older than the bucket keeps are set aside one by one', async () => {
      const store = await place.open(address);
      expect(await store.applyRetention(NOON)).toEqual([expect.stringContaining('3650 days')]);
      const series = store.seriesOf(POWER);
      const points = [Date.UTC(1990, 0), Date.now(), Date.UTC(1991, 0)].map((timeMs, index) => ({
        series,
        timeMs,
        value: index,
        n: index + 1,
      }));
      expect((await store.commit(request(points))).rejected.map(({ index }) => index)).toEqual([0, 2]);
      expect(rejected()).toHaveLength(2);
      await store.close();
    });
  });

  describe('when the server does not do as it should', () => {
    test('a wrong token and a missing bucket are said once, and the store opens all the same', async () => {
      const unauthorized = await place.open({ ...address, token: 'wrong' });
      const point = request([{ series: unauthorized.seriesOf(POWER), timeMs: NOON, value: 1, n: 1 }]);
      await expect(unauthorized.commit(point)).rejects.toMatchObject({ code: 'STORE_UNAUTHORIZED' });
      await expect(unauthorized.commit(point)).rejects.toMatchObject({ code: 'STORE_UNAUTHORIZED' });
      expect(await unauthorized.health()).toMatchObject({
        ok: false,
        reason: expect.stringContaining('refuses the token'),
      });
      expect(await unauthorized.received()).toEqual([]);
      await unauthorized.close();
      expect(place.log.filter(({ msg }) => msg.includes('refuses the token'))).toHaveLength(1);

      const missing = await place.open({ ...address, bucket: 'nowhere' });
      await expect(missing.commit(point)).rejects.toMatchObject({ code: 'STORE_BUCKET_MISSING' });
      await expect(missing.read({ series: [0], fromMs: 0, toMs: 1, maxRows: 1 })).rejects.toMatchObject({
        code: 'STORE_BUCKET_MISSING',
      });
      await missing.close();

      const right = await place.open(address);
      expect((await right.commit(point)).rejected).toEqual([]);
      expect(await right.health()).toMatchObject({ ok: true, reason: expect.stringContaining('InfluxDB') });
      await right.close();
    });

    test('a bucket that was made anew is another store, and nothing is written to it', async () => {
      const store = await place.open(address);
      const firstId = store.id;
      const point = request([{ series: store.seriesOf(POWER), timeMs: NOON, value: 1, n: 1 }]);
      await store.commit(point);
      const query = new URLSearchParams({ org: address.org, name: address.bucket });
      const { buckets } = (await asServer(`/api/v2/buckets?${query}`)) as { buckets: { id: string; orgID: string }[] };
      await asServer(`/api/v2/buckets/${buckets[0]?.id}`, 'DELETE');
      await expect(store.commit(point)).rejects.toMatchObject({ code: 'STORE_BUCKET_MISSING' });
      await asServer('/api/v2/buckets', 'POST', JSON.stringify({ orgID: buckets[0]?.orgID, name: address.bucket }));
      await expect(store.commit(point)).rejects.toMatchObject({ code: 'STORE_SWAPPED' });
      expect(await store.health()).toMatchObject({ ok: false, reason: expect.stringContaining('another one') });
      await store.close();
      const again = await place.open(address);
      expect(again.id).not.toBe(firstId);
      await again.close();
    });

    test('killed and started again: what was acknowledged is there, what was not is sent again and stands once', async () => {
      const own = await startInfluxd();
      try {
        if (own.pid === undefined) return;
        const store = await place.open(own);
        const id = store.id;
        const series = ledgerSeries(store);
        let next = 1;
        for (let round = 0; round < 2; round++) {
          const commits = Array.from({ length: 4 }, (_, index) => next + index * 100);
          const killed = own.kill();
          const outcomes = [];
          for (const from of commits) {
            outcomes.push(
              await store.commit(ledgerBatch(series, from, from + 99, NOON)).then(
                () => 'stored',
                () => 'refused',
              ),
            );
          }
          await killed;
          expect(outcomes.at(-1)).toBe('refused');
          expect((await store.health()).ok).toBe(false);
          await own.restart();
          for (const from of commits) await store.commit(ledgerBatch(series, from, from + 99, NOON));
          next += 400;
        }
        expect(await store.received()).toMatchObject([{ ranges: [[1, 800]] }]);
        const all = [...series.fast, ...series.registers];
        const rows = await store.read({ series: all, fromMs: NOON - 5 * DAY, toMs: NOON + DAY, maxRows: 1e6 });
        for (const { value } of rows) expect(new Set(value).size).toBe(value.length);
        expect(new Set(rows.flatMap(({ value }) => [...value])).size).toBe(800);
        expect(place.log.filter(({ msg }) => msg === 'InfluxDB works again').length).toBeGreaterThanOrEqual(2);
        expect(store.id).toBe(id);
        await store.close();
      } finally {
        await own.stop();
      }
    });

    test('down at the start: the store opens with a stable identity and works when the server comes', async () => {
      const own = await startInfluxd();
      try {
        if (own.pid === undefined) return;
        await own.kill();
        const store = await place.open(own);
        const point = request([{ series: store.seriesOf(POWER), timeMs: NOON, value: 1, n: 1 }]);
        expect(await store.health()).toMatchObject({ ok: false, reason: expect.stringContaining('cannot be reached') });
        await expect(store.commit(point)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
        await own.restart();
        await store.commit(point);
        expect(await store.health()).toMatchObject({ ok: true });
        await store.close();
        const again = await place.open(own);
        expect(again.id).toBe(store.id);
        expect(await again.received()).toMatchObject([{ ranges: [[1, 1]] }]);
        await again.close();
      } finally {
        await own.stop();
      }
    });
  });

  describe('retention', () => {
    test('is set where a bucket keeps everything, and left alone where someone has set it', async () => {
      const longBucket = await createBucket(server);
      const store = await place.open({ ...address, longBucket });
      expect(await store.applyRetention(NOON)).toEqual([
        `${address.bucket}: InfluxDB drops what is older than 30 days`,
        `${longBucket}: InfluxDB drops what is older than 3650 days`,
      ]);
      expect(await store.applyRetention(NOON)).toEqual([]);
      await store.close();
      // One bucket for both classes has to keep the longer; its rule of 30 days is said, not changed.
      const single = await place.open(address);
      expect(await single.applyRetention(NOON)).toEqual([]);
      expect(place.log.at(-1)?.msg).toContain('keeps 30 days, the configuration says 3650 days');
      await single.close();
    });

    test('statistics come from the server’s own figures', async () => {
      const store = await place.open(address);
      const series = store.seriesOf(POWER);
      await store.commit(
        request(Array.from({ length: 100 }, (_, index) => ({ series, timeMs: NOON + index, value: index }))),
      );
      expect(await store.statistics()).toMatchObject({ points: 100, series: 1, bytes: expect.any(Number) });
      expect(await place.metrics.text()).toContain('gridwarden_store_points 100');
      await store.close();
    });
  });
});
