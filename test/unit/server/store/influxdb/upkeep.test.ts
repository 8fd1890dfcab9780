import { expect, test } from 'vitest';
import { ManualGridClock } from '../../../../../edge/platform/clock.ts';
import type { InfluxConnection } from '../../../../../server/store/influxdb/connection.ts';
import { bucketRetentions, GrowthMeter } from '../../../../../server/store/influxdb/upkeep.ts';

const DAY = 86_400_000;
const BUCKETS = [{ id: 'aa', name: 'b', retentionMs: 0 }];

function serverThatSays(text: string): InfluxConnection {
  return { getText: () => Promise.resolve(text) } as unknown as InfluxConnection;
}

test('one bucket keeps what is kept longest, two keep their own', () => {
  expect(bucketRetentions({ fastMs: 1, registersMs: 5 }, 1)).toEqual([5]);
  expect(bucketRetentions({ fastMs: 1, registersMs: 5 }, 2)).toEqual([1, 5]);
});

test('growth is what came a day, by the bytes a point that the server tells', async () => {
  const clock = new ManualGridClock(0);
  const meter = new GrowthMeter(clock);
  meter.add(1000);
  const metrics = [
    'storage_shard_disk_size{bucket="aa",engine="tsm1",id="1"} 6000',
    'storage_shard_disk_size{bucket="bb",engine="tsm1",id="2"} 999999',
    'storage_shard_disk_size{bucket="aa",engine="tsm1",id="3"} 2e+03',
  ].join('\n');
  const totals = { points: 1000, series: 3 };
  expect(await meter.statistics(serverThatSays(metrics), BUCKETS, totals)).toEqual({
    ...totals,
    bytes: 8000,
    bytesPerDay: 0,
  });
  clock.set(DAY / 2);
  expect(await meter.statistics(serverThatSays(metrics), BUCKETS, totals)).toEqual({
    ...totals,
    bytes: 8000,
    bytesPerDay: 16_000,
  });
  // A server that does not tell: the measured size of a value.
  expect(await meter.statistics(serverThatSays(''), BUCKETS, totals)).toEqual({
    ...totals,
    bytes: 5400,
    bytesPerDay: 10_800,
  });
  expect(await meter.statistics(serverThatSays(metrics), [], { points: 0, series: 0 })).toMatchObject({ bytes: 0 });
});
