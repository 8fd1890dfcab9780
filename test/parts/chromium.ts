import { type Browser, chromium } from 'playwright-core';
import { findChromium } from './find.ts';

/** Without these Chromium tries to reach its maker's servers, which no test may need. */
const QUIET = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/**
 * Starts Debian's Chromium without a window and with a profile of its own. The sandbox is off because it does not work
 * for root, as whom CI runs; only pages of this machine are opened. Fails with the reason when it is not installed.
 */
export async function launchChromium(): Promise<Browser> {
  const lookup = findChromium();
  if (!lookup.found) throw new Error(lookup.reason);
  return chromium.launch({ executablePath: lookup.part.path, headless: true, chromiumSandbox: false, args: QUIET });
}
