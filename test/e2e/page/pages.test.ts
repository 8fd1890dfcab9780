import { expect, test } from 'vitest';
import { findChromium } from '../../parts/find.ts';
import { describeWithPart } from '../../parts/require.ts';
import { alertOf } from '../../support/page/alerts.ts';
import { explain, explainedOf } from '../../support/page/explained.ts';
import { madeGrid } from '../../support/page/grid.ts';
import { violationsOf } from './axe.ts';
import { openLive, openPage } from './browser.ts';
import { useDistrictPage } from './district-page.ts';
import { movedElements, watchLayout } from './layout.ts';

const GRID = madeGrid({ areas: 3, meters: 6 });

const PAGES = [
  ['/', 'Overview', '总览'],
  ['/devices', 'Devices', '设备'],
  ['/devices/M-00006?metrics=active_power,voltage_a,energy_import&range=24h', 'M-00006', 'M-00006'],
  ['/devices/M-00002', 'M-00002', 'M-00002'],
  ['/devices/nobody', 'There is no device nobody', '没有设备 nobody'],
  ['/agents', 'Agents', '采集代理'],
  ['/agents/east%2Fagent-1', 'east/agent-1', 'east/agent-1'],
  ['/grid', 'Grid', '电网'],
  ['/grid?show=areas/A-0001', 'Grid', '电网'],
  ['/alerts', 'Alerts', '告警'],
  ['/alerts?show=week', 'Alerts', '告警'],
  ['/nowhere/at/all', 'There is no such page', '没有这个页面'],
] as const;

describeWithPart('every page', findChromium(), () => {
  const use = useDistrictPage({ devices: 60, agents: 3, readEveryMs: 500 });

  function raiseSome(): void {
    const { server } = use();
    const nowMs = Date.now();
    const text = { en: 'Voltage phase A below 198 V', zh: 'A相电压低于 198 V' };
    for (const [i, severity] of (['critical', 'high', 'medium', 'low'] as const).entries())
      server.alerts.raise(
        alertOf({ id: severity, subject: `M-0000${i + 2}`, severity, text, raisedMs: nowMs - 1000 * i }),
      );
    server.alerts.clear('low', nowMs);
    server.district.silence('M-00002', 'silent');
    server.district.setDevicePresence('M-00003', 'offline');
    server.district.setDevicePresence('M-00004', 'stale');
    const given = { reason: 'too_old', devices: ['M-00006'], fromMs: nowMs - 9_000_000, toMs: nowMs - 8_000_000 };
    explain(server.district, 'east/agent-1', [
      explainedOf({ range: [1, 40], ...given, explainedMs: nowMs - 7_000_000 }),
      explainedOf({ range: [41, 43], explainedMs: nowMs }),
    ]);
  }

  test.each(PAGES)('%s has its heading, its title and its label, in both languages', async (path, en, zh) => {
    const { server, browser, open } = use();
    await server.importGrid(GRID);
    await openLive(open.page, server.url + path);
    await expect.poll(() => open.page.locator('h1').textContent()).toBe(en);
    await expect.poll(() => open.page.title()).toBe(`${en} · gridwarden`);
    expect(await open.page.locator('.simulated').isVisible()).toBe(true);
    expect(await open.page.locator('html').getAttribute('lang')).toBe('en');
    const chinese = await openPage(browser, { locale: 'zh-CN' });
    await openLive(chinese.page, server.url + path);
    await expect.poll(() => chinese.page.locator('h1').textContent()).toBe(zh);
    expect(await chinese.page.locator('html').getAttribute('lang')).toBe('zh-CN');
    expect(chinese.complaints).toEqual([]);
    await chinese.close();
  });

  const TELEPHONE = { viewport: { width: 390, height: 800 } };
  const LOOKS = [{ colorScheme: 'light' }, { colorScheme: 'dark' }, TELEPHONE] as const;

  test.each(PAGES)('%s: axe finds nothing, light, dark and on a telephone', async (path) => {
    const { server, browser } = use();
    await server.importGrid(GRID);
    raiseSome();
    for (const look of LOOKS) {
      const { page, close } = await openPage(browser, look);
      await openLive(page, server.url + path);
      await page.locator('h1').waitFor();
      if (path.startsWith('/agents')) await page.locator('.explanations tbody tr').nth(1).waitFor();
      if (path.includes('range=24h')) await page.locator('.summary tbody td').first().waitFor();
      expect(await violationsOf(page), `${path} ${JSON.stringify(look)}`).toEqual([]);
      await close();
    }
  });

  test('nothing moves on the overview while values do, nor when a connection is lost and returns', async () => {
    const { server, open } = use();
    await watchLayout(open.page);
    await openLive(open.page, server.url);
    const value = open.page.locator('.area-load .value').first();
    await value.waitFor();
    await movedElements(open.page);
    const before = await value.textContent();
    await expect.poll(() => value.textContent()).not.toBe(before);
    server.district.setAgentPresence('east/agent-1', 'offline');
    await open.page.locator('.strip[data-condition="agents"]').waitFor();
    server.district.setAgentPresence('east/agent-1', 'online');
    await open.page.locator('.strip[data-condition="none"]').waitFor();
    expect(await movedElements(open.page)).toEqual([]);
  });

  test('the time is the district’s, wherever the operator’s machine is', async () => {
    const { server, open } = use();
    await openLive(open.page, server.url);
    const shanghai = new Intl.DateTimeFormat('sv-SE', {
      timeZone: 'Asia/Shanghai',
      dateStyle: 'short',
      timeStyle: 'medium',
    });
    await expect
      .poll(async () => {
        const now = Date.now();
        const expected = [now - 1000, now, now + 1000].map((timeMs) => shanghai.format(timeMs));
        return expected.includes((await open.page.locator('.clock-time').textContent()) ?? '');
      })
      .toBe(true);
    expect(await open.page.locator('.clock-zone').textContent()).toBe('UTC+08:00');
  });

  test('the language and the appearance are switched at once and remembered', async () => {
    const { server, open } = use();
    const { page } = open;
    await openLive(page, server.url);
    await page.getByRole('button', { name: '中文' }).click();
    await page.getByRole('heading', { level: 1, name: '总览' }).waitFor();
    await page.getByLabel('外观').selectOption('dark');
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
    await page.reload();
    await page.getByRole('heading', { level: 1, name: '总览' }).waitFor();
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  });

  test('the keyboard reaches everything: skip link, then a page whose heading has the focus', async () => {
    const { server, open } = use();
    const { page } = open;
    await openLive(page, server.url);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    expect(new URL(page.url()).pathname).toBe('/');
    await page.getByRole('link', { name: 'Devices', exact: true }).press('Enter');
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('Devices');
  });

  test('a page is a place: back goes back, without a reload', async () => {
    const { server, open } = use();
    const { page } = open;
    await openLive(page, `${server.url}/devices?q=M-0000`);
    await page.evaluate('window.isTheSame = true');
    await page.getByRole('link', { name: 'M-00006', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'M-00006' }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: 'Devices' }).waitFor();
    expect(await page.getByLabel('Search').inputValue()).toBe('M-0000');
    expect(await page.evaluate('window.isTheSame')).toBe(true);
  });
});
