import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { findChromium } from '../../parts/find.ts';
import { describeWithPart } from '../../parts/require.ts';
import { madeGrid } from '../../support/page/grid.ts';
import { violationsOf } from './axe.ts';
import { openLive, openPage } from './browser.ts';
import { useDistrictPage } from './district-page.ts';
import { movedElements, watchLayout } from './layout.ts';

const LOOKS = [
  { colorScheme: 'light' },
  { colorScheme: 'dark' },
  { colorScheme: 'dark', locale: 'zh-CN' },
  { viewport: { width: 390, height: 800 } },
] as const;

const tree = (page: Page) => page.getByRole('tree');
const names = (page: Page) => tree(page).locator('.grid-name').allInnerTexts();
const areaLine = (page: Page, id: string) => page.locator(`[data-area="${id}"]`);
const meterCell = (page: Page, id: string) => page.locator(`[data-meter="${id}"]`);

describeWithPart('the page of a small grid', findChromium(), () => {
  const use = useDistrictPage({ devices: 60, agents: 3, readEveryMs: 300 }, /50[03] \(|404 \(Not Found\)/);
  const open = async (query = '') => {
    const { server, open: opened } = use();
    await server.importGrid(madeGrid({ areas: 3, meters: 6 }));
    await openLive(opened.page, `${server.url}/grid${query}`);
    return opened.page;
  };

  test('the tree is walked with the keyboard alone, down to a meter', async () => {
    const page = await open();
    await expect.poll(() => names(page)).toEqual(['河东', '东站', '一号线', '二号线']);
    await tree(page).focus();
    const active = () =>
      page.evaluate<string>(
        'document.getElementById(document.activeElement.getAttribute("aria-activedescendant")).querySelector(".grid-name").textContent',
      );
    expect(await active()).toBe('河东');
    for (const key of ['ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowRight']) await page.keyboard.press(key);
    await expect.poll(active).toBe('台区 0001');
    const item = tree(page).getByRole('treeitem', { name: '台区 0001' });
    expect(await item.getAttribute('aria-level')).toBe('4');
    expect(await item.getAttribute('aria-expanded')).toBe('false');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'One-line diagram: 台区 0001' }).waitFor();
    expect(await item.getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => names(page)).toContain('T-0001');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => names(page)).not.toContain('T-0001');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(active).toBe('一号线');
    await page.keyboard.press('End');
    await expect.poll(active).toBe('二号线');
    await page.keyboard.press('Home');
    await expect.poll(active).toBe('河东');
    await item.click({ position: { x: 66, y: 14 } });
    await tree(page).getByText('M-00004').click();
    await page.getByRole('heading', { level: 1, name: 'M-00004' }).waitFor();
  });

  test('search finds by id and by name, leads to the place, and gives the tree back', async () => {
    const page = await open();
    await page.getByLabel('Search').fill('0002');
    const hits = page.locator('.grid-hits li');
    await expect.poll(() => hits.count()).toBe(4);
    await page.getByLabel('Search').fill('台区 0003');
    await expect.poll(() => hits.count()).toBe(1);
    expect(new URL(page.url()).searchParams.get('q')).toBe('台区 0003');
    await hits.getByRole('link').press('Enter');
    await page.getByRole('heading', { name: 'One-line diagram: 台区 0003' }).waitFor();
    await expect.poll(() => names(page)).toContain('台区 0003');
    await page.getByLabel('Search').fill('nothing at all');
    await page.getByText('Nothing has "nothing at all" in its id, name or number.').waitFor();
    expect(await violationsOf(page)).toEqual([]);
  });

  test('a feeder shows each area with what its gateway draws now, times its ratio, without a reload down to a meter', async () => {
    const page = await open('?show=feeders/F-1');
    const { server } = use();
    await areaLine(page, 'A-0001')
      .locator('.load')
      .getByText(/kW of 100 kVA/)
      .waitFor();
    const shown = async () => Number.parseFloat((await areaLine(page, 'A-0001').locator('.load').textContent()) ?? '');
    const { state } = server.district.host;
    const slot = state.slotOf('M-00002', 'active_power');
    // The value moves on; within a second it is the one that is shown.
    const live = () => 2 * state.value(slot?.index ?? -1);
    await expect.poll(async () => Math.abs((await shown()) - live())).toBeLessThan(0.02);
    const before = await shown();
    await expect.poll(shown).not.toBe(before);
    expect(await areaLine(page, 'A-0002').locator('.load').textContent()).toBe('no reading');
    await page.getByText(/^Sum of what is current: [0-9.]+ kW, 1 of 3 areas/).waitFor();
    await page.evaluate('window.isTheSame = true');
    await areaLine(page, 'A-0001').press('Enter');
    await meterCell(page, 'M-00003').waitFor();
    await meterCell(page, 'M-00003').press('Enter');
    await page.getByRole('heading', { level: 1, name: 'M-00003' }).waitFor();
    expect(await page.evaluate('window.isTheSame')).toBe(true);
    await page.goBack();
    await page.getByRole('heading', { name: 'One-line diagram: 台区 0001' }).waitFor();
  });

  test('an area shows its meters by phase; what is silent, old or lost is never shown as current', async () => {
    const page = await open('?show=areas/A-0001');
    const { server } = use();
    const load = (id: string) => meterCell(page, id).locator('.load').textContent();
    await expect.poll(() => load('M-00004')).toMatch(/^[0-9.]+ kW$/);
    expect(await page.locator('.phase').allTextContents()).toEqual([
      'Phase A · 2 meters',
      'Phase B · 2 meters',
      'Phase C · 2 meters',
    ]);
    server.district.silence('M-00004', 'silent');
    await expect.poll(() => load('M-00004')).toBe('no reading');
    server.district.silence('M-00004', undefined);
    await expect.poll(() => load('M-00004')).toMatch(/^[0-9.]+ kW$/);
    server.district.silence('M-00002', 'silent');
    await page.locator('.load.load-missing').getByText('no reading').waitFor();
    server.district.silence('M-00002', undefined);
    server.setBroker({ ok: false, reason: 'no connection' });
    await expect.poll(() => load('M-00004'), { timeout: 15_000 }).toMatch(/^[0-9.]+ kW \(old\)$/);
    await page.getByText('0 of 6 current').waitFor();
    server.setBroker({ ok: true, reason: 'connected' });
    await expect.poll(() => load('M-00004'), { timeout: 15_000 }).toMatch(/^[0-9.]+ kW$/);
  });

  test('above the rated power the load is marked, not only by colour', async () => {
    const page = await open('?show=feeders/F-1');
    const { server } = use();
    await server.importGrid({ 'transformers.csv': 'id,area,ratedKva\nT-0001,A-0001,1\n' });
    await page.reload();
    const load = areaLine(page, 'A-0001').locator('.load');
    await load.getByText(/^▲ [0-9.]+ kW of 1 kVA, above the rated power$/).waitFor();
  });

  test('findings are listed with their subject, by kind, and lead there', async () => {
    const page = await open();
    const rows = page.locator('.findings tbody tr');
    await rows.first().waitFor();
    await page.getByLabel('Kind').selectOption('area_without_gateway');
    await expect.poll(() => rows.count()).toBe(1);
    expect(await rows.locator('td').first().textContent()).toBe('Area without gateway meter');
    await rows.getByRole('link', { name: 'B-0001' }).press('Enter');
    await page.getByRole('heading', { name: 'One-line diagram: 别处' }).waitFor();
    await page.getByText('No meter but the gateway stands in this area.').waitFor();
    await page.locator('.load.load-none').getByText('no gateway meter').waitFor();
  });

  test('what cannot be loaded is told in the server’s words, and loaded once it can', async () => {
    const { server, open: opened } = use();
    const { page } = opened;
    await server.importGrid(madeGrid({ areas: 3, meters: 6 }));
    let fails = true;
    await page.route('**/api/v1/grid/**', (route) =>
      fails
        ? route.fulfill({
            status: 503,
            contentType: 'application/problem+json',
            body: '{"code":"STARTING","detail":"the grid is on its way"}',
          })
        : route.continue(),
    );
    await openLive(page, `${server.url}/grid?show=feeders/F-1`);
    await expect.poll(() => page.getByRole('alert').count()).toBe(3);
    expect(await page.getByRole('alert').first().innerText()).toContain('the grid is on its way');
    expect(await violationsOf(page)).toEqual([]);
    fails = false;
    await page.reload();
    await areaLine(page, 'A-0001').waitFor();
    await expect.poll(() => page.getByRole('alert').count()).toBe(0);
    await page.goto(`${server.url}/grid?show=feeders/F-9`);
    await page.getByText('There is no feeder F-9').waitFor();
  });

  test.each(['?show=feeders/F-1', '?show=areas/A-0001', '?show=substations/S-1', '?q=M-0'])(
    '%s: axe finds nothing, nothing is wider than the window, in any look',
    async (query) => {
      const { server, browser } = use();
      await server.importGrid(madeGrid({ areas: 3, meters: 6 }));
      for (const look of LOOKS) {
        const { page, complaints, close } = await openPage(browser, look);
        await openLive(page, `${server.url}/grid${query}`);
        await page.locator('.findings tbody tr').first().waitFor();
        if (query.includes('F-1')) await areaLine(page, 'A-0001').waitFor();
        if (query.includes('A-0001')) await meterCell(page, 'M-00003').waitFor();
        const name = `${query} ${JSON.stringify(look)}`;
        expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), name).toBe(true);
        expect(await violationsOf(page), name).toEqual([]);
        expect(complaints, name).toEqual([]);
        await close();
      }
    },
  );
});

describeWithPart('the page of the grid', findChromium(), () => {
  const use = useDistrictPage({ devices: 60, agents: 3, readEveryMs: 500 });

  test('without a grid it says how one comes in', async () => {
    const { server, open } = use();
    await openLive(open.page, `${server.url}/grid`);
    await open.page.getByText('There is no grid yet').waitFor();
    expect(await violationsOf(open.page)).toEqual([]);
  });

  test('of 1,000 areas and 400 meters, only what is in sight is in the page, and it answers at once', async () => {
    const { server, open } = use();
    const { page } = open;
    await server.importGrid(madeGrid({ areas: 1000, meters: 400 }));
    await watchLayout(page);
    await openLive(page, `${server.url}/grid?show=areas/A-0001`);
    await meterCell(page, 'M-00003').waitFor();
    expect(await page.locator('[data-meter]').count()).toBeLessThan(200);
    expect(await page.getByRole('treeitem').count()).toBeLessThan(60);
    await tree(page).focus();
    await page.keyboard.press('End');
    await expect.poll(() => names(page)).toContain('二号线');
    await page.keyboard.press('ArrowUp');
    await expect.poll(() => names(page)).toContain('台区 1000');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'One-line diagram: 台区 1000' }).waitFor();
    await page.getByRole('link', { name: '一号线' }).press('Enter');
    await areaLine(page, 'A-0001').waitFor();
    expect(await page.locator('[data-area]').count()).toBeLessThan(60);
    await page.evaluate('document.querySelector(".grid-lines").scrollTop = 1e9');
    await areaLine(page, 'A-1000').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    expect(await movedElements(page)).toEqual([]);
  });
});
