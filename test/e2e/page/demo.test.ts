import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { launchChromium } from '../../parts/chromium.ts';
import { findChromium } from '../../parts/find.ts';
import { freePort } from '../../parts/ports.ts';
import { describeWithPart } from '../../parts/require.ts';
import { type Launched, launch, processesWith } from '../../support/launched.ts';
import { violationsOf } from './axe.ts';
import { type OpenPage, openLive, openPage, requireBuiltPage } from './browser.ts';

const DEVICES = 30;

interface Running {
  readonly url: string;
  /** Of the simulators: what makes a device silent. */
  readonly control: string;
  /** Processes of one of its parts; none when the demo is not ours. */
  processesOf(part: 'server' | 'agent-1'): readonly number[];
  stop(): Promise<void>;
}

/** A demo of its own; or one that runs already: GRIDWARDEN_PAGE_URL, with its GRIDWARDEN_CONTROL_URL. */
async function startDemo(): Promise<Running> {
  const { GRIDWARDEN_PAGE_URL: url, GRIDWARDEN_CONTROL_URL: control } = process.env;
  if (url !== undefined && control !== undefined)
    return { url, control, processesOf: () => [], stop: async () => undefined };
  const folder = mkdtempSync(join(tmpdir(), 'gridwarden-page-'));
  const base = `http://127.0.0.1:${await freePort()}`;
  const args = ['--port', new URL(base).port, '--devices', String(DEVICES), '--data', folder];
  const demo: Launched = launch('simulators/demo/main.ts', args);
  await demo.says(`gridwarden is at ${base}`);
  const said = await demo.says(/--control (\S+)/);
  const stop = async () => {
    demo.signal('SIGINT');
    await demo.ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const file = { server: 'server.yaml', 'agent-1': 'edge-1.yaml' } as const;
  const processesOf = (part: keyof typeof file) => processesWith(join(folder, file[part]));
  return { url: base, control: said.replace('--control ', ''), processesOf, stop };
}

/** The page of the whole product: simulated devices, agents, broker, server and store in their own processes. */
describeWithPart('the page of a running district', findChromium(), () => {
  let running: Running;
  let browser: Browser;
  let open: OpenPage;
  let page: Page;

  const value = (metric: string, state: string) =>
    page.locator(`[data-metric="${metric}"][data-state="${state}"] .value`);

  async function tellSimulators(method: string, path: string, body?: object): Promise<void> {
    const init =
      body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
    const response = await fetch(`${running.control}${path}`, { method, ...init });
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
  }

  beforeAll(async () => {
    requireBuiltPage();
    running = await startDemo();
    browser = await launchChromium();
  });
  beforeEach(async () => {
    open = await openPage(browser);
    ({ page } = open);
  });
  afterEach(async () => {
    await open.close();
    expect(open.complaints).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await running?.stop();
  });

  test('the overview shows every device online, loads and temperatures; axe finds nothing', async () => {
    await openLive(page, running.url);
    const online = page.locator('.tile', { hasText: 'Devices online' });
    await expect.poll(async () => /(\d+)of \1 device/.test((await online.textContent()) ?? '')).toBe(true);
    expect(await page.locator('.simulated').textContent()).toBe('SIMULATED');
    await page.locator('.area-load .value', { hasText: 'kW' }).first().waitFor();
    await page.locator('.area-heat .value', { hasText: '°C' }).first().waitFor();
    expect(await violationsOf(page)).toEqual([]);
  });

  test('values move as the devices are read, with a chart; axe finds nothing', async () => {
    await openLive(page, `${running.url}/devices/M-000001?metrics=voltage_a&range=15m`);
    const voltage = value('voltage_a', 'fresh');
    await voltage.waitFor();
    const before = await voltage.textContent();
    await expect.poll(() => voltage.textContent()).not.toBe(before);
    await expect.poll(() => page.locator('.summary tbody td').first().textContent()).toMatch(/^2\d\d\.\d$/);
    expect(await violationsOf(page)).toEqual([]);
  });

  test('the language is switched, on the catalogue’s names, too', async () => {
    await openLive(page, `${running.url}/devices/M-000001`);
    await page.getByRole('rowheader', { name: 'Voltage phase A' }).first().waitFor();
    await page.getByRole('button', { name: '中文' }).click();
    await page.getByRole('rowheader', { name: 'A相电压' }).first().waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('rowheader', { name: 'Voltage phase A' }).first().waitFor();
  });

  test('a device that falls silent looks it, never zero, and fresh again when it is back', async () => {
    await openLive(page, `${running.url}/devices/M-000002`);
    await value('voltage_a', 'fresh').waitFor();
    await tellSimulators('POST', '/faults', { device: 'M-000002', kind: 'silent' });
    const silent = value('voltage_a', 'missing').or(value('voltage_a', 'stale'));
    await silent.waitFor({ timeout: 60_000 });
    expect(await silent.textContent()).not.toMatch(/^0/);
    await page.locator('.facts').getByText('Offline').or(page.locator('.facts').getByText('Stale')).waitFor();
    await page.goto(`${running.url}/devices?state=offline`);
    await page.getByRole('link', { name: 'M-000002', exact: true }).waitFor();
    await tellSimulators('DELETE', '/faults/M-000002');
    await page.goto(`${running.url}/devices/M-000002`);
    await value('voltage_a', 'fresh').waitFor({ timeout: 90_000 });
  });

  test.each([
    ['server', 'link', 'Connection to the server lost.'],
    ['agent-1', 'agents', 'Agent demo/agent-1 is lost;'],
  ] as const)(
    'a %s that hangs is said across the page, and all is well when it goes on',
    async (part, condition, words) => {
      const processes = running.processesOf(part);
      if (processes.length === 0) return;
      await openLive(page, `${running.url}/devices/M-000001`);
      await value('voltage_a', 'fresh').waitFor();
      for (const pid of processes) process.kill(pid, 'SIGSTOP');
      try {
        await page.locator(`.strip[data-condition="${condition}"]`).getByText(words).waitFor({ timeout: 90_000 });
        await value('voltage_a', 'stale').waitFor();
      } finally {
        for (const pid of processes) process.kill(pid, 'SIGCONT');
      }
      await value('voltage_a', 'fresh').waitFor({ timeout: 90_000 });
      await page.locator('.strip[data-condition="none"]').waitFor();
    },
  );

  test('every agent’s account of its records is even', async () => {
    await openLive(page, `${running.url}/agents`);
    await page.getByText('The account is even').waitFor();
    expect(await violationsOf(page)).toEqual([]);
  });
});
