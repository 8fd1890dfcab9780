import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

const PAGE_FOLDER = join(import.meta.dirname, '../../../server/web/dist');

/** Tests of the page look at what is built: the launcher builds it before it runs them. */
export function requireBuiltPage(): void {
  if (!existsSync(join(PAGE_FOLDER, 'index.html'))) throw new Error('the page is not built: npm run page builds it');
}

export interface OpenPage {
  readonly page: Page;
  /** What the browser complained of: console errors and warnings, uncaught errors, refusals of the security policy. */
  readonly complaints: string[];
  close(): Promise<void>;
}

const DESK: BrowserContextOptions = {
  viewport: { width: 1440, height: 900 },
  locale: 'en-GB',
  colorScheme: 'light',
  // An operator's machine in a zone that is not the district's.
  timezoneId: 'America/New_York',
};

/** A page of a browser of its own (storage, language), noting every complaint. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<OpenPage> {
  const context = await browser.newContext({ ...DESK, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error.stack ?? error)));
  return { page, complaints, close: () => context.close() };
}

/** Opens an address and waits until the page is live. */
export async function openLive(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.locator('.strip[data-condition="none"] .sign-online').waitFor();
}
