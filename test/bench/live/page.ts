import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, CDPSession, Page } from 'playwright-core';
import type { MessageOf } from '../../../server/web/src/contract.ts';
import { openLive, openPage } from '../../e2e/page/browser.ts';
import { launchChromium } from '../../parts/chromium.ts';
import { findChromium } from '../../parts/find.ts';
import { freePort } from '../../parts/ports.ts';
import { launch } from '../../support/launched.ts';
import { startPageServer } from '../../support/page/server.ts';
import type { Bench, Row } from '../bench.ts';

const POINTS_PER_SECOND = 10_000;
const WARM_UP_MS = 10_000;
const MEASURE_S = 30;
const DEMO_DEVICES = 60;

/** Notes each long task (over 50 ms) of the page. */
const NOTE_LONG_TASKS = `
  window.longTasksMs = [];
  new PerformanceObserver((list) => window.longTasksMs.push(...list.getEntries().map(({ duration }) => duration)))
    .observe({ type: 'longtask' });
`;

/**
 * Notes, for each reading that comes to the screen, how long ago it was taken at the device. The time element of a row
 * holds the source time; it is changed with the value, before the paint.
 */
const NOTE_DELAYS = `
  window.delaysMs = [];
  new MutationObserver((changes) => {
    for (const { target } of changes) window.delaysMs.push(Date.now() - Date.parse(target.dateTime));
  }).observe(document.querySelector('.values'), { subtree: true, attributeFilter: ['datetime'] });
`;

/** Counts the points that come to the page. */
function countPoints(page: Page): () => number {
  let count = 0;
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => {
      const message: unknown = JSON.parse(String(payload));
      if (isPoints(message)) count += message.points.slot.length;
    });
  });
  return () => count;
}

function isPoints(message: unknown): message is MessageOf<'points'> {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'points';
}

async function measureBusy(browser: Browser, url: string, figure: string): Promise<Row> {
  const { page, close } = await openPage(browser);
  const points = countPoints(page);
  await openLive(page, url);
  await delay(WARM_UP_MS);
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  await page.evaluate(NOTE_LONG_TASKS);
  const before = { points: points(), busyS: await busySeconds(session), ms: performance.now() };
  await delay(MEASURE_S * 1000);
  const seconds = (performance.now() - before.ms) / 1000;
  const busyMs = ((await busySeconds(session)) - before.busyS) * 1000;
  const longMs = await page.evaluate<number>('window.longTasksMs.reduce((sum, ms) => sum + ms, 0)');
  const heard = (points() - before.points) / seconds;
  await close();
  const value = longMs / seconds;
  return {
    figure,
    value,
    unit: 'ms/s',
    reference: `${Math.round(heard)} points/s heard, main thread busy ${(busyMs / seconds).toFixed(0)} ms/s in all`,
    target: '≤ 50 ms/s of long tasks',
    ok: value <= 50 && heard >= 0.95 * POINTS_PER_SECOND,
  };
}

/** Seconds that the page's main thread was busy since the session began. */
async function busySeconds(session: CDPSession): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN;
}

/** Every device of 10 000 has a new value each second; the page hears all of them, whatever it shows. */
async function longTasks(): Promise<Row[]> {
  const size = { devices: POINTS_PER_SECOND, agents: 10, readEveryMs: 1000, pointsPerDevice: 1 };
  const server = await startPageServer(size);
  const browser = await launchChromium();
  try {
    return [
      await measureBusy(browser, server.url, '10 000 points/s, overview: long tasks'),
      await measureBusy(browser, `${server.url}/devices`, '10 000 points/s, list of 10 000 devices: long tasks'),
      await measureBusy(browser, `${server.url}/devices/M-00006?range=1h`, '10 000 points/s, a device: long tasks'),
    ];
  } finally {
    await browser.close();
    await server.close();
  }
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** The whole way in its own processes: read at the device, agent, broker, server, stream, screen. */
async function deviceToScreen(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'gridwarden-bench-page-'));
  const url = `http://127.0.0.1:${await freePort()}`;
  const args = ['--port', new URL(url).port, '--devices', String(DEMO_DEVICES), '--data', folder];
  const demo = launch('simulators/demo/main.ts', args);
  await demo.says(`gridwarden is at ${url}`);
  const browser = await launchChromium();
  try {
    const { page } = await openPage(browser);
    await openLive(page, `${url}/devices/M-000001`);
    await page.locator('[data-metric="voltage_a"][data-state="fresh"]').waitFor();
    await delay(WARM_UP_MS);
    await page.evaluate(NOTE_DELAYS);
    await delay(MEASURE_S * 1000);
    const delays = (await page.evaluate<number[]>('window.delaysMs')).sort((a, b) => a - b);
    const reference = `${delays.length} readings shown in ${MEASURE_S} s, ${DEMO_DEVICES} devices read each second`;
    const row = (share: number): Row => ({
      figure: `read at the device to shown on the page, p${share * 100}`,
      value: percentile(delays, share),
      unit: 'ms',
      reference,
    });
    return [row(0.5), row(0.99)];
  } finally {
    await browser.close();
    demo.signal('SIGINT');
    await demo.ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

function withChromium(run: () => Promise<Row[]>): () => Promise<Row[]> {
  return async () => {
    const lookup = findChromium();
    if (lookup.found) return run();
    return [{ figure: 'the page in Chromium', value: Number.NaN, unit: '', note: lookup.reason }];
  };
}

export const benches: readonly Bench[] = [
  { name: 'page at 10 000 points a second', run: withChromium(longTasks) },
  { name: 'from the device to the screen', run: withChromium(deviceToScreen) },
];
