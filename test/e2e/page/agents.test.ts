import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { findChromium } from '../../parts/find.ts';
import { describeWithPart } from '../../parts/require.ts';
import { explain, explainedOf, refuse } from '../../support/page/explained.ts';
import { violationsOf } from './axe.ts';
import { openLive, openPage } from './browser.ts';
import { useDistrictPage } from './district-page.ts';
import { movedElements, watchLayout } from './layout.ts';

const AGENT = 'east/agent-1';
/** 08:00 in the district, 00:00 in UTC. */
const EIGHT_MS = Date.parse('2026-01-31T00:00:00Z');
const MINUTE_MS = 60_000;

const FULL = explainedOf({
  reason: 'outbox_full',
  range: [101, 1500],
  devices: ['M-00002', 'M-00003', 'M-00004', 'M-00005', 'M-00006'],
  fromMs: EIGHT_MS,
  toMs: EIGHT_MS + 90 * MINUTE_MS,
  explainedMs: EIGHT_MS + 2 * MINUTE_MS,
  losses: {
    groups: [
      { metrics: ['voltage_a', 'current_a'], devices: Array.from({ length: 31 }, (_, i) => [`M-${100 + i}`, 40]) },
      { metrics: ['energy_import'], devices: [['M-00002', 5]] },
    ],
    otherRecords: 55,
    otherValues: 55,
  },
});
const LOST = explainedOf({ reason: 'lost', range: [1, 7], explainedMs: EIGHT_MS + MINUTE_MS });
const NEW_REASON = explainedOf({
  reason: 'of_a_later_version',
  range: [8, 8],
  devices: ['M-00002'],
  fromMs: EIGHT_MS,
  toMs: EIGHT_MS,
  explainedMs: EIGHT_MS,
});

const REFUSED = {
  device: 'M-00002',
  metric: 'active_power',
  timeMs: EIGHT_MS,
  value: 1.23456789,
  reason: 'field type conflict: input field "active_power" on measurement "meter" is type float',
};

const LOOKS = [
  { colorScheme: 'light' },
  { colorScheme: 'dark' },
  { viewport: { width: 1100, height: 900 } },
  { viewport: { width: 390, height: 800 } },
] as const;

describeWithPart('the records of an agent that cannot be kept', findChromium(), () => {
  // Of a foreign agent the server has no account.
  const use = useDistrictPage({ devices: 60, agents: 3, readEveryMs: 500 }, /404 \(Not Found\)/);
  const section = () => use().open.page.locator('section[aria-labelledby="explanations"]');
  const rows = () => section().locator('tbody tr');
  const address = (agent = AGENT) => `${use().server.url}/agents/${encodeURIComponent(agent)}`;

  async function cells(row: number): Promise<string[]> {
    return rows().nth(row).locator('td').allInnerTexts();
  }

  test('are listed, the latest first: reason, records, devices, times of the district', async () => {
    const { server, open } = use();
    explain(server.district, AGENT, [NEW_REASON, FULL, LOST]);
    await openLive(open.page, address());
    await open.page.getByRole('heading', { name: `Records that cannot be kept: ${AGENT}` }).waitFor();
    await expect.poll(() => rows().count()).toBe(3);
    expect(await cells(0)).toEqual([
      'The outbox of the agent was full: given up to make room\n2,540 values lost',
      '1,400',
      'M-00002\nM-00003\nM-00004\nand 2 more',
      '2026-01-31 08:00:00 –\n2026-01-31 09:30:00',
      '2026-01-31 08:02:00',
    ]);
    const [lost, records, devices, times] = await cells(1);
    expect(lost).toBe('The agent no longer has them: its outbox was lost, damaged or set back');
    expect([records, devices, times]).toEqual(['7', 'Not known: any of this agent', '—']);
    expect((await cells(2)).slice(0, 4)).toEqual(['of_a_later_version', '1', 'M-00002', '2026-01-31 08:00:00']);
    await section().getByRole('button', { name: 'Load more' }).waitFor({ state: 'detached' });
    await rows().nth(0).getByRole('link', { name: 'M-00003' }).press('Enter');
    await open.page.getByRole('heading', { level: 1, name: 'M-00003' }).waitFor();
  });

  test('name what was lost with them, by metric and device, when they are opened with the keyboard', async () => {
    const { server, open } = use();
    explain(server.district, AGENT, [FULL, LOST]);
    await openLive(open.page, address());
    await expect.poll(() => rows().count()).toBe(2);
    const lost = section().locator('details');
    expect(await lost.count()).toBe(1);
    expect(await lost.locator('li').first().isVisible()).toBe(false);
    await lost.locator('summary').press('Enter');
    const [first, ...rest] = await lost.locator('li').allInnerTexts();
    expect(first).toMatch(
      /^Voltage phase A, Current phase A\nof each metric: M-100 40, M-101 40, .*M-129 40, and 1 more$/,
    );
    expect(rest).toEqual([
      'Energy import\nof each metric: M-00002 5',
      'and 55 values that are counted, but not named',
      'The values of 100 records could not be read any more',
    ]);
    expect(await violationsOf(open.page)).toEqual([]);
    await lost.locator('summary').press('Enter');
    expect(await lost.locator('li').first().isVisible()).toBe(false);
  });

  test('stand in Chinese, too', async () => {
    const { server, browser } = use();
    explain(server.district, AGENT, [FULL, LOST]);
    const { page, complaints, close } = await openPage(browser, { locale: 'zh-CN' });
    await openLive(page, address());
    await page.getByRole('heading', { name: `无法保存的记录：${AGENT}` }).waitFor();
    const table = page.locator('.explanations tbody');
    await table.getByText('代理的待发队列已满，为腾出空间而放弃').waitFor();
    expect(await table.locator('td').allInnerTexts()).toContain('M-00002\nM-00003\nM-00004\n等另 2 台');
    expect(complaints).toEqual([]);
    await close();
  });

  test('none is said to be none, and of a foreign agent, which keeps no account, nothing', async () => {
    const { server, open } = use();
    explain(server.district, AGENT, []);
    await openLive(open.page, address());
    await section().getByText('None: no record was given up.').waitFor();
    expect(await section().getByRole('link').count()).toBe(0);
    server.district.host.addAgent('other/foreign');
    await openLive(open.page, address('other/foreign'));
    await open.page.getByText('A foreign agent: it keeps no account of its records.').waitFor();
    await open.page.getByText('It reports none.').waitFor();
    expect(await section().count()).toBe(0);
  });

  test('that are not kept one by one any more are said with their sums', async () => {
    const { server, open } = use();
    explain(server.district, AGENT, []);
    const sums = { reason: 'outbox_full', explanations: 1200, records: 34_500, values: 0, deviceValues: 77 };
    server.district.host.folded.set(AGENT, [sums]);
    await openLive(open.page, address());
    await section().getByText('Earlier ones are only counted:').waitFor();
    const reason = 'The outbox of the agent was full: given up to make room';
    expect(await section().locator('li').allInnerTexts()).toEqual([
      `${reason}: 34,500 records in 1,200 explanations`,
      `${reason}: 77 values that no longer stand with their devices`,
    ]);
    expect(await violationsOf(open.page)).toEqual([]);
    server.district.host.folded.clear();
  });

  test('what is explained while the page is open is listed once the account counts it', async () => {
    const { server, open } = use();
    explain(server.district, AGENT, [LOST]);
    let answers = 0;
    open.page.on('response', (response) => {
      if (response.url().includes('/explanations')) answers += 1;
    });
    await openLive(open.page, address());
    await expect.poll(() => rows().count()).toBe(1);
    // It is asked for twice at first: what has just been counted is written down a moment later.
    await expect.poll(() => answers, { timeout: 10_000 }).toBe(2);
    explain(server.district, AGENT, [LOST, FULL]);
    await expect.poll(() => rows().count(), { timeout: 20_000 }).toBe(2);
    expect((await cells(0))[1]).toBe('1,400');
  });

  test('many come page by page, and the latest of them as a file', async () => {
    const { server, open } = use();
    const many = Array.from({ length: 450 }, (_, i) =>
      explainedOf({ range: [i + 1, i + 1], explainedMs: EIGHT_MS + i * MINUTE_MS }),
    );
    explain(server.district, AGENT, many);
    await openLive(open.page, address());
    const more = section().getByRole('button', { name: 'Load more' });
    await section().getByText('200 of 450, latest first').waitFor();
    await more.press('Enter');
    await section().getByText('400 of 450, latest first').waitFor();
    await more.press('Enter');
    await section().getByText('450 of 450, latest first').waitFor();
    await more.waitFor({ state: 'detached' });
    expect(await rows().count()).toBe(450);
    const asked = open.page.waitForEvent('download');
    await section().getByRole('link', { name: 'CSV', exact: true }).click();
    const download = await asked;
    expect(download.suggestedFilename()).toBe('explanations.csv');
    const lines = readFileSync(await download.path(), 'utf8')
      .trimEnd()
      .split('\n');
    expect(lines).toHaveLength(451);
    expect(lines[0]).toBe('reason,records,devices,from,to,epoch,from_n,to_n,explained_at,values,losses');
  });

  test('nothing moves while they are loaded, nor is anything cut off or found by axe, in any look', async () => {
    const { server, browser } = use();
    explain(server.district, AGENT, [FULL, LOST, NEW_REASON]);
    refuse(server.district, AGENT, [REFUSED, { ...REFUSED, metric: 'voltage_a', value: null }]);
    for (const look of LOOKS) {
      const { page, close } = await openPage(browser, look);
      await watchLayout(page);
      await openLive(page, address());
      await page.locator('.explanations tbody tr[data-reason]').nth(2).waitFor();
      const name = JSON.stringify(look);
      expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), name).toBe(true);
      const isCut =
        'Array.from(document.querySelectorAll(".explanations :is(th, td)")).some((cell) => cell.scrollWidth > cell.clientWidth)';
      expect(await page.evaluate(isCut), name).toBe(false);
      expect(await violationsOf(page), name).toEqual([]);
      expect(await movedElements(page), name).toEqual([]);
      await close();
    }
  });
});

describeWithPart('the values of an agent that the store refused', findChromium(), () => {
  const use = useDistrictPage({ devices: 60, agents: 3, readEveryMs: 500 });
  const address = (agent = AGENT) => `${use().server.url}/agents/${encodeURIComponent(agent)}`;
  const section = () => use().open.page.locator('section[aria-labelledby="rejected"]');

  test('are listed with device, metric, time, value and reason, those of this agent alone', async () => {
    const { server, open } = use();
    refuse(server.district, AGENT, [REFUSED, { ...REFUSED, device: 'M-00003', value: null }]);
    refuse(server.district, 'east/agent-2', [{ ...REFUSED, device: 'M-00004' }]);
    await openLive(open.page, address());
    await open.page.getByRole('heading', { name: `Values that the store refused: ${AGENT}` }).waitFor();
    const rows = section().locator('tbody tr');
    const texts = await Promise.all([0, 1].map((row) => rows.nth(row).locator('td').allInnerTexts()));
    const what = `Active power\n\n${REFUSED.reason}`;
    expect(texts).toEqual([
      ['M-00003', what, '2026-01-31 08:00:00', '—', '1'],
      ['M-00002', what, '2026-01-31 08:00:00', '1.234568', '1'],
    ]);
    expect(await rows.count()).toBe(2);
    await rows.nth(1).getByRole('link', { name: 'M-00002' }).press('Enter');
    await open.page.getByRole('heading', { level: 1, name: 'M-00002' }).waitFor();
  });

  test('stand in Chinese, too', async () => {
    const { server, browser } = use();
    refuse(server.district, AGENT, [REFUSED]);
    const { page, complaints, close } = await openPage(browser, { locale: 'zh-CN' });
    await openLive(page, address());
    await page.getByRole('heading', { name: `存储拒收的数值：${AGENT}` }).waitFor();
    await page.locator('.rejected tbody').getByText('有功功率').waitFor();
    expect(complaints).toEqual([]);
    await close();
  });

  test('before the server was started are counted, and said to lie in the files', async () => {
    const { server, open } = use();
    refuse(server.district, AGENT, []);
    const account = server.district.host.deliveries.get(AGENT);
    if (account) server.district.host.deliveries.set(AGENT, { ...account, rejectedValues: 7 });
    await openLive(open.page, address());
    await section().getByText('None since the server was started.').waitFor();
    expect(await section().locator('table').count()).toBe(0);
    expect(await violationsOf(open.page)).toEqual([]);
  });

  test('have no place where there are none', async () => {
    const { open } = use();
    await openLive(open.page, address('east/agent-3'));
    await open.page.getByText('None: no record was given up.').waitFor();
    expect(await section().count()).toBe(0);
  });
});
