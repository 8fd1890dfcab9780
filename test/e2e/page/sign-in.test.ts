import { expect, test } from 'vitest';
import { makeToken } from '../../../server/access/users.ts';
import { findChromium } from '../../parts/find.ts';
import { describeWithPart } from '../../parts/require.ts';
import { violationsOf } from './axe.ts';
import { useDistrictPage } from './district-page.ts';

const ann = await makeToken('ann', 'viewer');
/** The browser notes each refusal. */
const REFUSED = /Failed to load resource|WebSocket connection to .* failed/;

describeWithPart('a server with users', findChromium(), () => {
  const use = useDistrictPage({ devices: 20, agents: 1, readEveryMs: 500, users: [ann.user] }, REFUSED);

  test('asks who is there before it shows anything, in both languages, and goes on at the same address', async () => {
    const { server, open } = use();
    const { page } = open;
    await page.goto(`${server.url}/devices?q=M-00003`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.locator('.strip, .nav').count()).toBe(0);
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('button', { name: '中文' }).click();
    await page.getByRole('heading', { name: '登录' }).waitFor();
    await page.getByLabel('您的令牌').fill('ann.wrong');
    await page.keyboard.press('Enter');
    await page.getByText('令牌无效').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByLabel('您的令牌').fill(ann.token);
    await page.keyboard.press('Enter');
    await page.locator('.strip[data-condition="none"] .sign-online').waitFor();
    expect(new URL(page.url()).search).toBe('?q=M-00003');
    await page.locator('[data-device="M-00003"], a[href="/devices/M-00003"]').first().waitFor();
    expect(await page.evaluate('document.cookie')).toBe('');
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({ name: 'gridwarden_session', httpOnly: true, sameSite: 'Strict' });
  });

  test('shows who is signed in, and lets them out: the live stream ends with the session', async () => {
    const { server, open } = use();
    const { page } = open;
    await page.goto(server.url);
    await page.getByLabel('Your token').fill(ann.token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('.strip[data-condition="none"] .sign-online').waitFor();
    const out = page.getByRole('button', { name: 'Sign out' });
    expect(await out.getAttribute('title')).toBe('Signed in as ann, viewer');
    expect(await violationsOf(page)).toEqual([]);
    // Another tab of the same browser, which is not told.
    const other = await page.context().newPage();
    await other.goto(`${server.url}/agents`);
    await other.locator('.strip[data-condition="none"] .sign-online').waitFor();
    await out.click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await other.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.context().cookies()).toEqual([]);
  });
});
