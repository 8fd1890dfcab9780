import { expect, test } from 'vitest';
import { findChromium } from '../../parts/find.ts';
import { describeWithPart } from '../../parts/require.ts';
import { openLive, openPage } from './browser.ts';
import { useDistrictPage } from './district-page.ts';

const DEVICES = 10_000;
/** Rows of a list that is longer than any screen. */
const MOST_ROWS = 80;

describeWithPart('the list of 10 000 devices', findChromium(), () => {
  const use = useDistrictPage({ devices: DEVICES, agents: 10, readEveryMs: 1000, pointsPerDevice: 1 });
  const focused = 'document.activeElement.textContent';

  test('renders the rows in sight only, and tells how many there are', async () => {
    const { server, open } = use();
    await openLive(open.page, `${server.url}/devices`);
    await open.page.getByText('10,000 devices').waitFor();
    expect(await open.page.locator('.device-table tbody tr').count()).toBeLessThan(MOST_ROWS);
    expect(await open.page.locator('.device-table').getAttribute('aria-rowcount')).toBe('10001');
    expect(await open.page.locator('.device-table tbody tr').first().getAttribute('aria-rowindex')).toBe('2');
  });

  test('does so on a telephone, too', async () => {
    const { server, browser } = use();
    const { page, close } = await openPage(browser, { viewport: { width: 390, height: 800 } });
    await openLive(page, `${server.url}/devices`);
    await page.getByText('10,000 devices').waitFor();
    expect(await page.locator('.device-table tbody tr').count()).toBeLessThan(MOST_ROWS);
    await close();
  });

  test('the keyboard walks it from end to end and opens a device', async () => {
    const { server, open } = use();
    const { page } = open;
    await openLive(page, `${server.url}/devices`);
    await page.getByText('10,000 devices').waitFor();
    await page.getByRole('link', { name: 'M-00002', exact: true }).focus();
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => page.evaluate(focused)).toBe('M-00003');
    await page.keyboard.press('End');
    await expect.poll(() => page.evaluate(focused)).toBe('T-09976');
    await page.keyboard.press('ArrowUp');
    await expect.poll(() => page.evaluate(focused)).toBe('T-09951');
    await page.keyboard.press('Home');
    await expect.poll(() => page.evaluate(focused)).toBe('M-00002');
    await page.keyboard.press('PageDown');
    await expect.poll(() => page.evaluate(focused)).not.toBe('M-00002');
    const id = await page.evaluate(focused);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('h1').textContent()).toBe(id);
  });

  test('a row that scrolls away with the focus leaves the keys working', async () => {
    const { server, open } = use();
    const { page } = open;
    await openLive(page, `${server.url}/devices`);
    await page.getByText('10,000 devices').waitFor();
    await page.getByRole('link', { name: 'M-00002', exact: true }).focus();
    await page.evaluate('document.querySelector(".list").scrollTop = 100000');
    await expect.poll(() => page.evaluate('document.activeElement.classList.contains("list")')).toBe(true);
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => page.evaluate(focused)).toBe('M-00003');
  });

  test('is searched and filtered, and the address keeps it', async () => {
    const { server, open } = use();
    const { page } = open;
    server.district.setDevicePresence('M-05002', 'stale');
    await openLive(page, `${server.url}/devices`);
    await page.getByLabel('Search').fill('m-0500');
    await page.getByText('9 of 10,000 devices').waitFor();
    await page.getByRole('combobox', { name: 'State', exact: true }).selectOption('stale');
    await page.getByText('1 of 10,000 devices').waitFor();
    expect(new URL(page.url()).search).toBe('?q=m-0500&state=stale');
    await page.reload();
    await page.getByText('1 of 10,000 devices').waitFor();
    await page.getByLabel('Search').fill('nothing like it');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.getByText('10,000 devices').waitFor();
  });

  test('shows how old the last reading is, and an offline device as old', async () => {
    const { server, open } = use();
    server.district.setDevicePresence('M-00003', 'offline');
    await openLive(open.page, `${server.url}/devices`);
    const row = (id: string) =>
      open.page.locator('tr', { has: open.page.getByRole('link', { name: id, exact: true }) });
    await row('M-00003').getByText('Offline').waitFor();
    expect(await row('M-00003').getAttribute('class')).toContain('is-old');
    await expect.poll(() => row('M-00002').locator('.age').textContent()).toMatch(/^[0-3] s$/);
  });
});
