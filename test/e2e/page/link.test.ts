import { expect, test } from 'vitest';
import { findChromium } from '../../parts/find.ts';
import { describeWithPart } from '../../parts/require.ts';
import { alertOf } from '../../support/page/alerts.ts';
import { violationsOf } from './axe.ts';
import { openLive } from './browser.ts';
import { useDistrictPage } from './district-page.ts';

/** The browser says itself that a connection failed. */
const CUT = /WebSocket connection to .* failed|Failed to load resource/;

describeWithPart('a lost connection', findChromium(), () => {
  const use = useDistrictPage({ devices: 60, agents: 3, readEveryMs: 500 }, CUT);

  test('that hangs without a word is said across the page, with the last good time, and all values are old', async () => {
    const { server, open } = use();
    const { page } = open;
    await openLive(page, `${server.url}/devices/M-00006`);
    const row = page.locator('[data-metric="active_power"]');
    await page.locator('[data-metric="active_power"][data-state="fresh"]').waitFor();
    await page.evaluate('window.isTheSame = true');
    server.link.hang(true);
    await page.locator('.strip[data-condition="link"]').waitFor();
    expect(await page.locator('.strip').textContent()).toMatch(/Last good data \d{4}-\d\d-\d\d [\d:]{8} UTC\+08:00/);
    expect((await page.locator('.strip').boundingBox())?.width).toBe(1440);
    expect(await row.getAttribute('data-state')).toBe('stale');
    expect(await row.locator('.quality').textContent()).toBe('Old: link lost');
    expect(await violationsOf(page)).toEqual([]);
    server.link.hang(false);
    await page.locator('[data-metric="active_power"][data-state="fresh"]').waitFor();
    await page.locator('.strip[data-condition="none"]').waitFor();
    expect(await page.evaluate('window.isTheSame')).toBe(true);
  });

  test('hides nothing that happened meanwhile: an alert of the outage is there when it returns', async () => {
    const { server, open } = use();
    const { page } = open;
    await openLive(page, `${server.url}/alerts`);
    server.link.refuse(true);
    await page.locator('.strip[data-condition="link"]').waitFor();
    const text = { en: 'Raised while nobody heard', zh: '中断期间发生' };
    server.alerts.raise(alertOf({ id: 'meanwhile', subject: 'M-00002', severity: 'high', text, raisedMs: Date.now() }));
    server.link.refuse(false);
    await page.getByText('Raised while nobody heard').first().waitFor();
    await page.locator('.strip[data-condition="none"]').waitFor();
  });

  test('leaves no hole in a chart: the history is asked for again when it returns', async () => {
    const { server, open } = use();
    const { page } = open;
    await openLive(page, `${server.url}/devices/M-00018?metrics=active_power&range=15m`);
    await page.locator('.summary tbody td').first().waitFor();
    const asked = server.store.queries.length;
    server.link.cut();
    await expect.poll(() => server.store.queries.length).toBeGreaterThan(asked);
  });

  test('that was only a blink is not called lost', async () => {
    const { server, open } = use();
    const { page } = open;
    await openLive(page, server.url);
    await page.evaluate(`
      window.conditions = [];
      new MutationObserver(() => window.conditions.push(document.querySelector('.strip').dataset.condition))
        .observe(document.querySelector('.strip'), { attributes: true, attributeFilter: ['data-condition'] });
    `);
    server.link.cut();
    await page.locator('.strip').getByText('Reconnecting').waitFor();
    await page.locator('.strip').getByText('all 3 agents').waitFor();
    expect(await page.evaluate('window.conditions')).toEqual([]);
  });

  test('of an agent is said with its name; its devices are old, the others are not', async () => {
    const { server, open } = use();
    const { page } = open;
    await openLive(page, `${server.url}/devices/M-00002`);
    server.district.setAgentPresence('east/agent-1', 'offline');
    await page.locator('.strip[data-condition="agents"]').waitFor();
    expect(await page.locator('.strip').textContent()).toContain('Agent east/agent-1 is lost; 20 devices affected.');
    await page.locator('[data-metric="active_power"][data-state="stale"]').waitFor();
    await page.goto(`${server.url}/devices/M-00060`);
    await page.locator('[data-metric="active_power"][data-state="fresh"]').waitFor();
    server.district.setAgentPresence('east/agent-1', 'online');
    await page.locator('.strip[data-condition="none"]').waitFor();
  });

  test('of the server to its broker makes everything old; of the store only history', async () => {
    const { server, open } = use();
    const { page } = open;
    await openLive(page, `${server.url}/devices/M-00006`);
    server.setStore({ ok: false, reason: 'the disk is full' });
    await page.locator('.strip[data-condition="store"]').getByText('the disk is full').waitFor();
    expect(await page.locator('[data-metric="active_power"]').getAttribute('data-state')).toBe('fresh');
    server.setBroker({ ok: false, reason: 'connection refused' });
    await page.locator('.strip[data-condition="broker"]').getByText('connection refused').waitFor();
    await page.locator('[data-metric="active_power"][data-state="stale"]').waitFor();
    server.setBroker({ ok: true, reason: 'connected' });
    server.setStore({ ok: true, reason: 'in memory' });
    await page.locator('[data-metric="active_power"][data-state="fresh"]').waitFor();
  });

  test('before the first word of the server: the page says that it cannot be reached, and goes on by itself', async () => {
    const { server, open } = use();
    const { page } = open;
    let isDown = true;
    await page.routeWebSocket('**/api/v1/live', (socket) => {
      if (isDown) void socket.close();
      else socket.connectToServer();
    });
    await page.goto(server.url);
    await page.locator('.strip[data-condition="link"]').getByText('The server cannot be reached.').waitFor();
    await page.getByText('Not known: nothing is heard from the district.').waitFor();
    isDown = false;
    await page.locator('.strip[data-condition="none"]').waitFor();
  });
});
