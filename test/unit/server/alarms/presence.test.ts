import { expect, test } from 'vitest';
import { intervalAfter } from '../../../../server/alarms/device-watch.ts';
import { AGENT } from '../live/state.ts';
import { AlarmLab, NOON_MS } from './alarm-lab.ts';

const RULES = `
builtIn: false
communicationLoss: { onDelay: 30s, offDelay: 10s }
brokerLoss: { onDelay: 10s, offDelay: 5s }
valueStale: { intervals: 3, onDelay: 2m, offDelay: 1m, groupAbove: 3 }
`;

function lose(lab: AlarmLab, presence: 'online' | 'stale' | 'offline'): void {
  const agent = lab.state.agents.get(AGENT);
  if (agent) Object.assign(agent, { presence, sinceMs: lab.gridClock.nowMs() });
}

function device(lab: AlarmLab, id: string, fields: { presence?: 'online' | 'offline'; lastReadingMs?: number }): void {
  const state = lab.state.devices.get(id);
  if (!state) throw new Error(`no ${id}`);
  if (fields.presence && fields.presence !== state.presence) state.sinceMs = lab.gridClock.nowMs();
  Object.assign(state, fields);
}

/** Devices that are read now. */
function read(lab: AlarmLab, ...ids: string[]): void {
  for (const id of ids) device(lab, id, { lastReadingMs: lab.gridClock.nowMs() });
}

test('a lost agent is one alert after the delay, however many devices it has', () => {
  const lab = new AlarmLab(RULES);
  for (let meter = 0; meter < 50; meter++) lab.meter(`M-${meter}`);
  lab.pass(5);
  lose(lab, 'stale');
  lab.pass(29);
  expect(lab.told).toEqual([]);
  lab.pass(3_600);
  expect(lab.told).toEqual([`${AGENT} raised B`]);
  expect(lab.events[0]?.alert).toMatchObject({
    rule: 'communication_loss',
    severity: 'high',
    metric: null,
    text: { en: `No communication with agent ${AGENT}`, zh: `与采集终端 ${AGENT} 通信中断` },
  });
  lose(lab, 'online');
  lab.pass(9);
  expect(lab.told.length).toBe(1);
  lab.pass(2);
  expect(lab.told).toEqual([`${AGENT} raised B`, `${AGENT} cleared D`]);
});

test('an agent that comes back within the delay is no alert', () => {
  const lab = new AlarmLab(RULES);
  for (let times = 0; times < 10; times++) {
    lose(lab, 'offline');
    lab.pass(25);
    lose(lab, 'online');
    lab.pass(5);
  }
  expect(lab.told).toEqual([]);
});

test('after a start every agent has the whole delay to come, and its alert goes on when it does not', async () => {
  const lab = new AlarmLab(RULES);
  lose(lab, 'offline');
  lab.pass(31);
  expect(lab.told).toEqual([`${AGENT} raised B`]);
  await lab.restart();
  const agent = lab.state.agents.get(AGENT);
  if (agent) Object.assign(agent, { presence: 'stale', sinceMs: NOON_MS });
  lab.pass(100);
  expect(lab.told).toEqual([`${AGENT} raised B`]);
  lose(lab, 'online');
  lab.pass(11);
  expect(lab.told).toEqual([`${AGENT} raised B`, `${AGENT} cleared D`]);
});

test('while the broker is gone it alone is to blame, and agents get the whole delay when it is back', () => {
  const lab = new AlarmLab(RULES);
  lab.broker = { ok: false, reason: 'connection refused' };
  lose(lab, 'stale');
  lab.pass(300);
  expect(lab.told).toEqual(['server raised B']);
  expect(lab.events[0]?.alert).toMatchObject({ rule: 'broker_loss', severity: 'critical' });
  lab.broker = { ok: true, reason: '' };
  lab.pass(29);
  expect(lab.told).toEqual(['server raised B', 'server cleared D']);
  lab.pass(5);
  expect(lab.told.slice(2)).toEqual([`${AGENT} raised B`]);
});

test('a device is stale after some of its own intervals, and at least the delay', () => {
  const lab = new AlarmLab(RULES);
  lab.meter('fast');
  lab.meter('slow');
  for (let minute = 0; minute < 120; minute++) {
    lab.pass(60, () => read(lab, 'fast'));
    if (minute % 15 === 0) read(lab, 'slow');
  }
  expect(lab.told).toEqual([]);
  lab.pass(125);
  expect(lab.told).toEqual(['fast raised B']);
  expect(lab.events[0]?.alert).toMatchObject({ rule: 'value_stale', text: { en: 'No fresh values from fast' } });
  lab.pass(15 * 60);
  expect(lab.told).toEqual(['fast raised B']);
  lab.pass(31 * 60);
  expect(lab.told).toEqual(['fast raised B', 'slow raised B']);
});

test('an alert of a stale device goes when readings come again for the delay', () => {
  const lab = new AlarmLab(RULES);
  lab.meter('M-1');
  lab.pass(60, () => read(lab, 'M-1'));
  device(lab, 'M-1', { presence: 'offline' });
  lab.pass(121);
  expect(lab.told).toEqual(['M-1 raised B']);
  device(lab, 'M-1', { presence: 'online' });
  lab.pass(100);
  expect(lab.told).toEqual(['M-1 raised B']);
  lab.pass(59, () => read(lab, 'M-1'));
  expect(lab.told).toEqual(['M-1 raised B']);
  lab.pass(3, () => read(lab, 'M-1'));
  expect(lab.told).toEqual(['M-1 raised B', 'M-1 cleared D']);
});

test('the devices of a lost agent are not blamed, nor at once when it is back', () => {
  const lab = new AlarmLab(RULES);
  lab.meter('M-1');
  lab.pass(60, () => read(lab, 'M-1'));
  lose(lab, 'stale');
  lab.pass(3_600);
  lose(lab, 'online');
  lab.pass(119);
  expect(lab.told).toEqual([`${AGENT} raised B`, `${AGENT} cleared D`]);
  lab.pass(3);
  expect(lab.told.slice(2)).toEqual(['M-1 raised B']);
});

test('many silent devices of one agent are one alert for it', () => {
  const lab = new AlarmLab(RULES);
  const meters = Array.from({ length: 40 }, (_, index) => `M-${index}`);
  for (const meter of meters) lab.meter(meter);
  lab.pass(60, () => read(lab, ...meters));
  for (const meter of meters.slice(0, 20)) device(lab, meter, { presence: 'offline' });
  lab.pass(600, () => read(lab, ...meters.slice(20)));
  expect(lab.told).toEqual([`${AGENT} raised B`]);
  expect(lab.events[0]?.alert).toMatchObject({
    rule: 'value_stale',
    value: 20,
    text: { en: `No fresh values from 20 devices of agent ${AGENT}` },
  });
  for (const meter of meters.slice(1, 20)) device(lab, meter, { presence: 'online' });
  lab.pass(120, () => read(lab, ...meters.slice(1)));
  expect(lab.told).toEqual([`${AGENT} raised B`, `${AGENT} cleared D`, 'M-0 raised B']);
});

test('the interval follows the device and is not carried away by one outage', () => {
  expect(intervalAfter(undefined, 900)).toBe(900);
  expect(intervalAfter(900, 900)).toBe(900);
  let interval = intervalAfter(1, 86_400);
  expect(interval).toBeLessThan(2);
  for (let reading = 0; reading < 100; reading++) interval = intervalAfter(interval, 60);
  expect(interval).toBeGreaterThan(59);
});
