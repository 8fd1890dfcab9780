import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { findChromium } from '../../parts/find.ts';
import { describeWithPart } from '../../parts/require.ts';
import { openLive } from './browser.ts';
import { useDistrictPage } from './district-page.ts';

describeWithPart('the page of a device', findChromium(), () => {
  const use = useDistrictPage({ devices: 60, agents: 3, readEveryMs: 500 });
  const row = (metric: string) => use().open.page.locator(`[data-metric="${metric}"]`);

  test('shows each value with unit, quality in words and age, and they move', async () => {
    const { server, open } = use();
    await openLive(open.page, `${server.url}/devices/M-00006`);
    await expect.poll(() => row('voltage_a').textContent()).toMatch(/^Voltage phase A2\d\d\.\dVGood[0-2] s$/);
    const before = await row('active_power').locator('.value').textContent();
    await expect.poll(() => row('active_power').locator('.value').textContent()).not.toBe(before);
  });

  test('of one that falls silent shows no values but the reason, never a zero, and recovers', async () => {
    const { server, open } = use();
    await openLive(open.page, `${server.url}/devices/M-00006`);
    await row('active_power').and(open.page.locator('[data-state="fresh"]')).waitFor();
    server.district.silence('M-00006', 'silent');
    await row('active_power').and(open.page.locator('[data-state="missing"]')).waitFor();
    expect(await row('active_power').locator('.value').textContent()).toBe('—');
    expect(await row('active_power').locator('.quality').textContent()).toBe('No answer');
    server.district.silence('M-00006', undefined);
    await row('active_power').and(open.page.locator('[data-state="fresh"]')).waitFor();
  });

  test('of one that is stale keeps its values, with sign and words', async () => {
    const { server, open } = use();
    await openLive(open.page, `${server.url}/devices/M-00010`);
    await row('active_power').and(open.page.locator('[data-state="fresh"]')).waitFor();
    server.district.setDevicePresence('M-00010', 'stale');
    await row('active_power').and(open.page.locator('[data-state="stale"]')).waitFor();
    expect(await row('active_power').locator('.value').textContent()).toMatch(/^\d/);
    expect(await row('active_power').locator('.quality').textContent()).toBe('Old: no reading');
    expect(await row('active_power').locator('.sign-stale').count()).toBe(1);
    server.district.setDevicePresence('M-00010', 'online');
  });

  test('a gap in the history is a gap in the chart, and is filled when the readings arrive later', async () => {
    const { server, open } = use();
    const { page } = open;
    const nowMs = Date.now();
    const [fromMs, toMs] = [nowMs - 2_400_000, nowMs - 1_200_000];
    server.store.gaps.push({ device: 'M-00014', fromMs, toMs });
    await openLive(page, `${server.url}/devices/M-00014?metrics=active_power&range=1h`);
    const coverage = page.locator('.summary tbody td').nth(4);
    await expect.poll(() => coverage.textContent()).toMatch(/^6[5-8]\.\d %$/);
    server.district.backfill('M-00014', fromMs, toMs);
    await expect.poll(() => coverage.textContent()).toBe('100.0 %');
  });

  test('the pointer over a chart shows the values there, and the page lives on', async () => {
    const { server, open } = use();
    const { page } = open;
    await openLive(page, `${server.url}/devices/M-00006?metrics=active_power,voltage_a&range=15m`);
    await page.getByRole('img', { name: 'Chart of Active power in kW' }).hover();
    const there = page.locator('.summary .col-cursor').last();
    for (let seconds = 0; seconds < 3; seconds += 1) {
      const clock = await page.locator('.clock-time').textContent();
      await expect.poll(() => page.locator('.clock-time').textContent()).not.toBe(clock);
    }
    expect(await page.locator('.summary').first().locator('th.col-cursor').textContent()).toMatch(/^At \d{4}-/);
    expect(await page.locator('.summary').first().locator('td.col-cursor').textContent()).toMatch(/^\d+\.\d\d$/);
    await page.mouse.move(5, 5);
    await expect.poll(() => there.textContent()).toBe('');
  });

  test('another range and other quantities are one click each, and stand in the address', async () => {
    const { server, open } = use();
    const { page } = open;
    await openLive(page, `${server.url}/devices/M-00006`);
    await page.getByRole('button', { name: '7 d', exact: true }).click();
    await page.getByText('Mean of each 30 min').waitFor();
    await page.getByLabel('Show Frequency in the chart').check();
    await page.getByRole('img', { name: 'Chart of Frequency in Hz' }).waitFor();
    await page.getByLabel('Show Active power in the chart').uncheck();
    expect(new URL(page.url()).search).toBe('?range=7d&metrics=voltage_a%2Cfrequency');
    await page.reload();
    await page.getByRole('img', { name: 'Chart of Frequency in Hz' }).waitFor();
  });

  test('a part of a chart is looked at closer by dragging across it', async () => {
    const { server, open } = use();
    const { page } = open;
    await openLive(page, `${server.url}/devices/M-00006?metrics=active_power&range=24h`);
    const box = await page.getByRole('img', { name: 'Chart of Active power in kW' }).boundingBox();
    const [x, y] = [box?.x ?? 0, (box?.y ?? 0) + 80];
    await page.mouse.move(x + 200, y);
    await page.mouse.down();
    await page.mouse.move(x + 400, y, { steps: 5 });
    await page.mouse.up();
    await expect.poll(() => new URL(page.url()).search).toMatch(/from=.*&to=/);
    await page.getByRole('button', { name: 'Custom', pressed: true }).waitFor();
    const query = new URL(page.url()).searchParams;
    const spanMs = Date.parse(query.get('to') ?? '') - Date.parse(query.get('from') ?? '');
    expect(spanMs).toBeGreaterThan(3_600_000);
    expect(spanMs).toBeLessThan(86_400_000 / 2);
  });

  test('a range of one’s own is in district time; one that ends before it begins is refused with words', async () => {
    const { server, open } = use();
    const { page } = open;
    await openLive(page, `${server.url}/devices/M-00006`);
    await page.getByRole('button', { name: 'Custom' }).click();
    await page.getByLabel('From').fill('2026-01-31T08:00');
    await page.getByLabel('To', { exact: true }).fill('2026-01-31T07:00');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.getByText('The end must lie after the beginning').waitFor();
    await page.getByLabel('To', { exact: true }).fill('2026-01-31T09:30');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await expect
      .poll(() => new URL(page.url()).search)
      .toBe('?from=2026-01-31T00%3A00%3A00.000Z&to=2026-01-31T01%3A30%3A00.000Z');
  });

  test('the readings shown are saved as CSV', async () => {
    const { server, open } = use();
    const { page } = open;
    await openLive(page, `${server.url}/devices/M-00006?metrics=voltage_a&range=24h`);
    await page.locator('.summary tbody td').first().waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'CSV as shown' }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^M-00006_[\dT-]+Z_[\dT-]+Z_5m\.csv$/);
    const lines = (await readFile(await download.path(), 'utf8')).trim().split(/\r?\n/);
    expect(lines[0]).toContain('time,metric,aggregate,value,unit');
    expect(lines.length).toBeGreaterThan(280);
    await page.getByText('File saved.').waitFor();
  });

  test('a history that cannot be loaded says so, and live values go on', async () => {
    const { server, open } = use();
    const { page } = open;
    await page.route('**/readings?*', (route) =>
      route.fulfill({ status: 503, json: { code: 'STORE_UNAVAILABLE', detail: 'the store does not answer' } }),
    );
    await openLive(page, `${server.url}/devices/M-00006`);
    await page.getByText('The history could not be loaded: the store does not answer').waitFor();
    await row('active_power').and(page.locator('[data-state="fresh"]')).waitFor();
    open.complaints.splice(0);
  });
});
