import { expect, test } from 'vitest';
import { GOOD, qualityCode } from '../../../edge/protocol/quality.ts';
import { AGENT, addDevice } from '../../unit/server/live/state.ts';
import { LiveLab, NOON_MS } from './lab.ts';

test('a snapshot, then what changes, then what is born', async () => {
  const lab = await LiveLab.start();
  const [voltage, current] = addDevice(lab.state, 'M-1', { voltage_a: 'V', current_a: 'A' });
  lab.state.set(voltage, 230, GOOD, NOON_MS);
  const page = await lab.connect();
  page.send({ type: 'subscribe', id: 'p', topic: 'points' });
  expect(await page.next('snapshot')).toMatchObject({
    id: 'p',
    more: false,
    series: [
      { slot: voltage, device: 'M-1', metric: 'voltage_a', unit: 'V' },
      { slot: current, device: 'M-1', metric: 'current_a', unit: 'A' },
    ],
    points: { slot: [voltage], value: [230], baseMs: NOON_MS, offsetMs: [0], quality: [0], stale: [0] },
  });
  lab.state.set(current, 5, GOOD, NOON_MS + 1000);
  lab.state.set(current, 6, GOOD, NOON_MS + 2000);
  const points = await page.next('points');
  expect(points.points).toMatchObject({ slot: [current], value: [6], baseMs: NOON_MS + 2000 });
  expect(points.series).toBeUndefined();
  const [born] = addDevice(lab.state, 'M-2', { voltage_a: 'V' });
  lab.state.set(born, 231, GOOD, NOON_MS + 3000);
  expect((await page.next('points', ({ series }) => series !== undefined)).series).toEqual([
    { slot: born, device: 'M-2', metric: 'voltage_a', unit: 'V' },
  ]);
  lab.state.setStale(voltage, true);
  lab.state.set(current, Number.NaN, qualityCode('silent'), NOON_MS + 4000);
  const stale = await page.next('points', ({ points: { quality } }) => quality.includes(qualityCode('silent')));
  expect(stale.points).toMatchObject({ slot: [voltage, current], value: [230, null], stale: [1, 0] });
});

test('a device that is born again with another unit is announced again', async () => {
  const lab = await LiveLab.start();
  const [power] = addDevice(lab.state, 'M-1', { active_power: 'W' });
  const page = await lab.connect();
  page.send({ type: 'subscribe', id: 'p', topic: 'points' });
  await page.next('snapshot');
  lab.state.addSlot({ device: 'M-1', metric: 'active_power', unit: 'kW', dataType: 10, series: 0 });
  lab.state.set(power, 1, GOOD, NOON_MS);
  const { series } = await page.next('points');
  expect(series).toEqual([{ slot: power, device: 'M-1', metric: 'active_power', unit: 'kW' }]);
});

test('many changes in a second are at most ten messages, or fewer when the page asks', async () => {
  const lab = await LiveLab.start({ limits: { window: 50 } });
  const [voltage] = addDevice(lab.state, 'M-1', { voltage_a: 'V' });
  const page = await lab.connect();
  page.send({ type: 'subscribe', id: 'fast', topic: 'points' });
  page.send({ type: 'subscribe', id: 'slow', topic: 'points', maxRate: 2 });
  await page.next('snapshot', ({ id }) => id === 'slow');
  for (let ms = 0; ms < 1000; ms += 10) {
    lab.state.set(voltage, ms, GOOD, NOON_MS + ms);
    lab.clock.advance(10);
  }
  await lab.until(() => page.all('points').some(({ id, points }) => id === 'fast' && points.value[0] === 990), 1);
  const count = (id: string) => page.all('points').filter((message) => message.id === id).length;
  expect(count('fast')).toBeLessThanOrEqual(11);
  expect(count('fast')).toBeGreaterThanOrEqual(10);
  expect(count('slow')).toBeLessThanOrEqual(2);
});

test('a page that does not acknowledge gets a few frames, and the newest values when it does again', async () => {
  const lab = await LiveLab.start({ limits: { window: 3 } });
  const slots = Array.from({ length: 20 }, (_, n) => addDevice(lab.state, `M-${n}`, { voltage_a: 'V' })[0]);
  const page = await lab.connect();
  const other = await lab.connect();
  page.acknowledges = false;
  for (const each of [page, other]) each.send({ type: 'subscribe', id: 'p', topic: 'points' });
  await page.next('snapshot');
  await other.next('snapshot');
  for (let round = 1; round <= 30; round++) {
    for (const slot of slots) lab.state.set(slot, round * 100 + slot, GOOD, NOON_MS + round);
    const sent = other.all('points').length;
    await lab.until(() => other.all('points').length > sent);
  }
  expect(page.all('points').length).toBe(2);
  expect(Number((await lab.metric('live_skipped_total'))?.split(' ')[1])).toBeGreaterThanOrEqual(28);
  const last = page.all('points').at(-1);
  page.acknowledges = true;
  page.send({ type: 'ack', frame: last?.frame ?? 0 });
  await lab.until(() => page.shown().get('M-19 voltage_a') === 3019);
  expect(page.all('points').length).toBe(3);
  expect(page.shown()).toEqual(other.shown());
});

test('a large snapshot waits for the page and loses nothing that changes meanwhile', async () => {
  const lab = await LiveLab.start({ limits: { maxPointsPerFrame: 10, window: 2 } });
  const slots = Array.from({ length: 95 }, (_, n) => addDevice(lab.state, `M-${n}`, { voltage_a: 'V' })[0]);
  for (const slot of slots) lab.state.set(slot, 1, GOOD, NOON_MS);
  const page = await lab.connect();
  page.acknowledges = false;
  page.send({ type: 'subscribe', id: 'p', topic: 'points' });
  await lab.until(() => page.all('snapshot').length === 2);
  for (const slot of slots) lab.state.set(slot, 2, GOOD, NOON_MS + 1);
  for (let ticks = 0; ticks < 5; ticks++) lab.clock.advance(100);
  expect(page.all('snapshot').length).toBe(2);
  page.acknowledges = true;
  page.send({ type: 'ack', frame: page.all('snapshot')[1]?.frame ?? 0 });
  await lab.until(() => page.shown().size === 95 && [...page.shown().values()].every((value) => value === 2));
  expect(page.all('snapshot').map(({ more }) => more)).toEqual([...Array(9).fill(true), false]);
});

test('the tables of devices and agents come whole, then row by row', async () => {
  const lab = await LiveLab.start({ limits: { maxRowsPerMessage: 2 } });
  for (const id of ['M-1', 'M-2', 'M-3']) addDevice(lab.state, id, { voltage_a: 'V' });
  const page = await lab.connect();
  page.send({ type: 'subscribe', id: 'd', topic: 'devices' });
  page.send({ type: 'subscribe', id: 'one', topic: 'devices', devices: ['M-2'] });
  page.send({ type: 'subscribe', id: 'a', topic: 'agents' });
  await page.next('agents');
  await lab.until(() => page.all('devices').length === 3);
  const rows = (id: string) =>
    page
      .all('devices')
      .flatMap((message) => (message.id === id ? [[message.full, message.rows.map((row) => row.id)]] : []));
  expect(rows('d')).toEqual([
    [true, ['M-1', 'M-2']],
    [false, ['M-3']],
  ]);
  expect(rows('one')).toEqual([[true, ['M-2']]]);
  expect(page.all('agents')[0]?.rows).toEqual([
    { id: AGENT, presence: 'online', sinceMs: 0, lastSeenMs: 0, devices: 3 },
  ]);
  const device = lab.state.devices.get('M-2');
  if (device) Object.assign(device, { presence: 'offline', sinceMs: NOON_MS });
  const changed = await page.next('devices', (message) => message.id === 'one' && !message.full);
  expect(changed.rows).toMatchObject([{ id: 'M-2', presence: 'offline', sinceMs: NOON_MS }]);
  const agent = lab.state.agents.get(AGENT);
  if (agent) agent.presence = 'stale';
  expect((await page.next('agents', ({ full }) => !full)).rows).toMatchObject([{ id: AGENT, presence: 'stale' }]);
});

test('alert events go on where a page was before it reconnected', async () => {
  const lab = await LiveLab.start();
  lab.alerts.raise('1');
  const before = await lab.connect();
  before.send({ type: 'subscribe', id: 'al', topic: 'alerts' });
  const { at, alerts } = await before.next('alerts');
  expect(alerts?.map(({ id }) => id)).toEqual(['1']);
  before.socket.terminate();
  lab.alerts.raise('2');
  const after = await lab.connect();
  after.send({ type: 'subscribe', id: 'al', topic: 'alerts', after: at });
  const resumed = await after.next('alerts');
  expect([resumed.full, resumed.events.map(({ alert }) => alert.id)]).toEqual([false, ['2']]);
  lab.alerts.raise('3');
  await after.next('alerts', ({ events }) => events.some(({ alert }) => alert.id === '3'));
});

test('an open chart hears that older data were stored', async () => {
  const lab = await LiveLab.start();
  const page = await lab.connect();
  page.send({ type: 'subscribe', id: 'b', topic: 'backfills', devices: ['M-1'] });
  expect((await page.next('backfilled')).ranges).toEqual([]);
  lab.backfill({ device: 'M-2', fromMs: 0, toMs: 1 });
  lab.backfill({ device: 'M-1', fromMs: 10, toMs: 20 });
  const { id, ranges } = await page.next('backfilled', (message) => message.ranges.length > 0);
  expect({ id, ranges }).toEqual({ id: 'b', ranges: [{ device: 'M-1', fromMs: 10, toMs: 20 }] });
});

test('limits the subscriptions of a page and the series of a subscription', async () => {
  const lab = await LiveLab.start({ limits: { maxSubscriptionsPerClient: 2, maxSeriesPerSubscription: 1 } });
  addDevice(lab.state, 'M-1', { voltage_a: 'V', current_a: 'A' });
  const page = await lab.connect();
  page.send({ type: 'subscribe', id: 'all', topic: 'points' });
  const tooMuch = await page.next('error', ({ id }) => id === 'all');
  expect([tooMuch.code, tooMuch.message]).toEqual([
    'RANGE_TOO_LARGE',
    '2 match, 1 are allowed; name devices or metrics',
  ]);
  page.send({ type: 'subscribe', id: 'a', topic: 'points', metrics: ['voltage_a'] });
  page.send({ type: 'subscribe', id: 'a', topic: 'points', metrics: ['voltage_a'] });
  page.send({ type: 'subscribe', id: 'b', topic: 'agents' });
  page.send({ type: 'subscribe', id: 'c', topic: 'agents' });
  expect((await page.next('error', ({ id }) => id === 'c')).code).toBe('TOO_MANY_REQUESTS');
  expect(page.find('error', ({ message }) => message.includes('is there already'))).toBeDefined();
  page.send({ type: 'unsubscribe', id: 'b' });
  page.send({ type: 'subscribe', id: 'c', topic: 'agents' });
  expect((await page.next('agents', ({ id }) => id === 'c')).full).toBe(true);
});

test('nothing more comes after a subscription has ended', async () => {
  const lab = await LiveLab.start();
  const [voltage] = addDevice(lab.state, 'M-1', { voltage_a: 'V' });
  const page = await lab.connect();
  page.send({ type: 'subscribe', id: 'p', topic: 'points' });
  await page.next('snapshot');
  page.send({ type: 'unsubscribe', id: 'p' });
  page.send({ type: 'subscribe', id: 'q', topic: 'points' });
  await page.next('snapshot', ({ id }) => id === 'q');
  lab.state.set(voltage, 1, GOOD, NOON_MS);
  await page.next('points', ({ id }) => id === 'q');
  expect(page.all('points').every(({ id }) => id === 'q')).toBe(true);
});

test('a page that stops reading costs what the sockets hold, and later misses no event', async () => {
  const lab = await LiveLab.start({ limits: { maxRowsPerMessage: 500, maxBufferedBytes: 100_000 } });
  const page = await lab.connect();
  page.send({ type: 'subscribe', id: 'al', topic: 'alerts' });
  await page.next('alerts');
  page.socket.pause();
  const count = 60_000;
  for (let id = 1; id <= count; id++) lab.alerts.raise(`${id}`);
  const sent = async () => Number((await lab.metric('live_bytes_total'))?.split(' ')[1]);
  // Moves the clock until three ticks in a row have sent nothing.
  for (let quiet = 0, before = -1; quiet < 3; ) {
    lab.clock.advance(100);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const now = await sent();
    quiet = now === before ? quiet + 1 : 0;
    before = now;
  }
  const held = await sent();
  page.socket.resume();
  const seen = () => page.all('alerts').flatMap(({ events }) => events.map(({ seq }) => seq));
  await lab.until(() => page.all('alerts').at(-1)?.at.seq === count);
  expect(seen()).toEqual(Array.from({ length: count }, (_, index) => index + 1));
  expect(held).toBeLessThan((await sent()) / 2);
});
