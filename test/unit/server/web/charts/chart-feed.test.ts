import { beforeEach, describe, expect, test } from 'vitest';
import { ManualProcessClock } from '../../../../../edge/platform/clock.ts';
import { ChartFeed } from '../../../../../server/web/src/charts/chart-feed.ts';
import type { Readings } from '../../../../../server/web/src/contract.ts';
import type { ReadingsRequest } from '../../../../../server/web/src/rest/api.ts';

const NOW = Date.UTC(2026, 0, 31);
const LAST_15_MIN = { metrics: ['active_power'], range: { kind: 'preset', preset: '15m' } } as const;
const LAST_HOUR = { metrics: ['active_power'], range: { kind: 'preset', preset: '1h' } } as const;

interface Asked {
  readonly request: ReadingsRequest;
  answer(points: readonly (readonly [number, number | null])[]): Promise<void>;
  fail(): Promise<void>;
}

let clock: ManualProcessClock;
let asked: Asked[];
let feed: ChartFeed;
let nowMs: number | undefined;

function readings(request: ReadingsRequest, signal?: AbortSignal): Promise<Readings> {
  return new Promise((resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason));
    asked.push({
      request,
      answer: async (points) => {
        resolve(answerOf(request, points));
        await settle();
      },
      fail: async () => {
        reject(new Error('the store is down'));
        await settle();
      },
    });
  });
}

function answerOf(request: ReadingsRequest, points: readonly (readonly [number, number | null])[]): Readings {
  const series = request.metrics.map((metric) => ({
    metric,
    unit: 'kW',
    aggregate: null,
    timesMs: points.map(([timeMs]) => timeMs),
    values: points.map(([, value]) => value),
    quality: points.map(() => 0),
    counts: points.map(() => 1),
  }));
  return { device: request.device, from: '', to: '', every: null, storedUntil: null, series };
}

/** Lets what was resolved be handled. */
async function settle(): Promise<void> {
  for (let i = 0; i < 10; i += 1) await Promise.resolve();
}

function at(index: number): Asked {
  const question = asked[index];
  if (!question) throw new Error(`there is no question ${index}`);
  return question;
}

beforeEach(() => {
  clock = new ManualProcessClock();
  asked = [];
  nowMs = NOW;
  feed = new ChartFeed({ device: 'M-1', api: { readings }, clock, gridNowMs: () => nowMs });
});

describe('the feed of a chart', () => {
  test('asks for the range, up to the newest live point, and merges both', async () => {
    feed.select(LAST_15_MIN);
    await at(0).answer([]);
    feed.push('active_power', NOW - 1000, 7);
    feed.select(LAST_15_MIN);
    expect(at(1).request).toEqual({ device: 'M-1', metrics: ['active_power'], fromMs: NOW - 900_000, toMs: NOW - 999 });
    feed.push('active_power', NOW, 8);
    await at(1).answer([
      [NOW - 2000, 6],
      [NOW - 1000, 6.9],
    ]);
    expect(feed.columns('active_power').main).toEqual({
      timesMs: [NOW - 2000, NOW - 1000, NOW],
      values: [6, 6.9, 8],
    });
    expect(feed.state.value.status).toBe('ready');
  });

  test('buckets come with their band', async () => {
    feed.select(LAST_HOUR);
    expect(asked.map(({ request }) => [request.aggregate, request.every])).toEqual([
      ['mean', '10s'],
      ['min', '10s'],
      ['max', '10s'],
    ]);
    await at(0).answer([[NOW - 10_000, 5]]);
    await at(1).answer([[NOW - 10_000, 4]]);
    await at(2).answer([[NOW - 10_000, 9]]);
    feed.push('active_power', NOW - 1000, 7);
    const { main, low, high } = feed.columns('active_power');
    expect([main.values, low?.values, high?.values]).toEqual([[6], [4], [9]]);
  });

  test('a register that is read less often than a bucket is wide is one line, and a gap in it is one', async () => {
    feed.select({ ...LAST_HOUR, metrics: ['energy_import'] });
    const read = new Set([1, 2, 3, 4, 12, 13, 14, 15]);
    // The server says of each bucket of 10 s what it holds: nothing in five of six.
    const buckets = Array.from({ length: 100 }, (_, n) => n / 6);
    await at(0).answer(
      buckets.map((minute) => [NOW - 3_600_000 + minute * 60_000, read.has(minute) ? minute : null] as const),
    );
    const { main, expected } = feed.columns('energy_import');
    const torn = main.values.filter((value, i, all) => value !== null || all[i - 1] !== null);
    expect(torn).toEqual([null, 1, 2, 3, 4, null, 12, 13, 14, 15, null]);
    expect(expected).toBe(60);
  });

  test('a value that is missing is a gap, not a zero', async () => {
    feed.select(LAST_15_MIN);
    await at(0).answer([[NOW - 2000, 6]]);
    feed.push('active_power', NOW - 1000, Number.NaN);
    expect(feed.columns('active_power').main.values).toEqual([6, null]);
  });

  test('a new selection drops the old question and its answer', async () => {
    feed.select(LAST_15_MIN);
    feed.select({ ...LAST_15_MIN, metrics: ['voltage_a'] });
    await at(0).answer([[NOW - 1000, 1]]);
    expect(feed.columns('active_power').main.timesMs).toEqual([]);
    await at(1).answer([[NOW - 1000, 230]]);
    expect(feed.columns('voltage_a').main.values).toEqual([230]);
  });

  test('asks again when something was stored later, but not more than every few seconds', async () => {
    feed.select(LAST_15_MIN);
    await at(0).answer([]);
    for (let i = 0; i < 20; i += 1) feed.refresh();
    expect(asked).toHaveLength(1);
    clock.advance(3_000);
    expect(asked).toHaveLength(2);
    await at(1).answer([]);
    clock.advance(3_000);
    expect(asked).toHaveLength(2);
  });

  test('what is stored while a question is under way is asked for after it', async () => {
    feed.select(LAST_15_MIN);
    feed.refresh();
    expect(asked).toHaveLength(1);
    await at(0).answer([]);
    clock.advance(3_000);
    expect(asked).toHaveLength(2);
  });

  test('an open range is asked for again now and then, a closed one is not', async () => {
    feed.select(LAST_15_MIN);
    await at(0).answer([]);
    clock.advance(60_000);
    expect(asked).toHaveLength(2);
    feed.select({ metrics: ['active_power'], range: { kind: 'custom', fromMs: NOW - 900_000, toMs: NOW - 60_000 } });
    await at(2).answer([]);
    feed.push('active_power', NOW, 1);
    expect(feed.columns('active_power').main.timesMs).toEqual([]);
    clock.advance(600_000);
    expect(asked).toHaveLength(3);
  });

  test('a failure is said, the picture stays, and it is tried again', async () => {
    feed.select(LAST_15_MIN);
    await at(0).answer([[NOW - 1000, 5]]);
    clock.advance(60_000);
    await at(1).fail();
    expect(feed.state.value).toEqual({ status: 'failed', error: 'the store is down' });
    expect(feed.columns('active_power').main.values).toEqual([5]);
    clock.advance(5_000);
    await at(2).answer([[NOW - 1000, 5]]);
    expect(feed.state.value.status).toBe('ready');
  });

  test('waits for the time of the district before it asks', () => {
    nowMs = undefined;
    feed.select(LAST_15_MIN);
    expect(asked).toHaveLength(0);
    nowMs = NOW;
    clock.advance(250);
    expect(asked).toHaveLength(1);
  });

  test('knows how many points a line without gaps would have', async () => {
    feed.select(LAST_15_MIN);
    await at(0).answer([1, 2, 3, 4].map((n) => [NOW - 1000 * n, n] as const).reverse());
    expect(feed.columns('active_power').expected).toBe(900);
    feed.select(LAST_HOUR);
    expect(feed.columns('active_power').expected).toBe(360);
  });

  test('knows what it shows', () => {
    feed.select(LAST_15_MIN);
    expect(feed.isShown(NOW - 2_000_000, NOW - 1_000_000)).toBe(false);
    expect(feed.isShown(NOW - 2_000_000, NOW - 800_000)).toBe(true);
  });

  test('leaves nothing behind when it stops', async () => {
    feed.select(LAST_15_MIN);
    await at(0).answer([]);
    feed.stop();
    expect(clock.pendingTimers).toBe(0);
  });
});
