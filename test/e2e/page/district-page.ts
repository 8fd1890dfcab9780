import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { launchChromium } from '../../parts/chromium.ts';
import { type PageServer, type PageServerOptions, startPageServer } from '../../support/page/server.ts';
import { type OpenPage, openPage, requireBuiltPage } from './browser.ts';

/** What a test of the page on a made-up district holds; each test has a browser page of its own. */
export interface DistrictPage {
  readonly server: PageServer;
  readonly browser: Browser;
  readonly open: OpenPage;
}

/**
 * One server and browser for the tests of a file; after each test the browser must have complained of nothing but what
 * `allowed` names (a cut connection is an error message of the browser's own).
 */
export function useDistrictPage(options: PageServerOptions, allowed: RegExp = /^$/): () => DistrictPage {
  let server: PageServer | undefined;
  let browser: Browser | undefined;
  let open: OpenPage | undefined;
  beforeAll(async () => {
    requireBuiltPage();
    server = await startPageServer(options);
    browser = await launchChromium();
  });
  beforeEach(async () => {
    if (browser) open = await openPage(browser);
  });
  afterEach(async () => {
    const complaints = (open?.complaints ?? []).filter((text) => !allowed.test(text));
    await open?.close();
    server?.link.hang(false);
    server?.link.refuse(false);
    expect(complaints).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });
  return () => {
    if (!server || !browser || !open) throw new Error('the page is used outside of a test');
    return { server, browser, open };
  };
}
