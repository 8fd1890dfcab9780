import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { launchChromium } from '../../parts/chromium.ts';
import { findChromium } from '../../parts/find.ts';
import { describeWithPart } from '../../parts/require.ts';

describeWithPart('Chromium', findChromium(), () => {
  test('opens a page of this machine, runs its script and takes a picture', async () => {
    const server = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end('<button onclick="this.textContent = 1 + 1 + \' 变压器\'">press</button>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const browser = await launchChromium();
    onTestFinished(async () => {
      await browser.close();
      server.close();
    });
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    await page.getByRole('button').click();
    expect(await page.getByRole('button').textContent()).toBe('2 变压器');
    expect((await page.screenshot()).subarray(1, 4).toString()).toBe('PNG');
  });
});
