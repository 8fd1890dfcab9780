import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { silentLogger } from '../../../edge/platform/log.ts';
import { Metrics } from '../../../edge/platform/metrics.ts';
import { GOOD } from '../../../edge/protocol/quality.ts';
import type { Alarms } from '../../../server/alarms/alarm-options.ts';
import { startAlarms } from '../../../server/alarms/alarms.ts';
import type { LiveState } from '../../../server/live/live-state.ts';
import { openState } from '../../../server/state/database.ts';
import { addDevice } from '../../unit/server/live/state.ts';
import { LiveLab, NOON_MS, type TestPage } from './lab.ts';

function stateFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'live-alerts-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'state.sqlite');
}

/** A server with real alarms, by the built-in rules, on a state file. */
async function serve(file: string): Promise<{ lab: LiveLab; alarms: Alarms; end: () => Promise<void> }> {
  const lab = new LiveLab();
  const database: DatabaseSync = openState(file);
  const alarms = startAlarms({
    database,
    state: lab.state,
    broker: () => ({ ok: true, reason: '' }),
    gridClock: lab.gridClock,
    processClock: lab.clock,
    logger: silentLogger(),
    metrics: new Metrics(),
  });
  await lab.listen({ alerts: alarms });
  const end = async () => {
    await lab.stop();
    await alarms.stop();
    database.close();
  };
  return { lab, alarms, end };
}

/** Top oil at a temperature, every minute over [from, to]. */
function heat(state: LiveState, celsius: number, from: number, to: number): void {
  const slot =
    state.slotOf('T-1', 'temperature_oil_top')?.index ?? addDevice(state, 'T-1', { temperature_oil_top: '°C' })[0];
  for (let minute = from; minute <= to; minute++) state.set(slot, celsius, GOOD, NOON_MS + minute * 60_000);
}

function eventsOf(page: TestPage): string[] {
  return page
    .all('alerts')
    .flatMap(({ events }) => events.map(({ transition, alert }) => `${transition} ${alert.state}`));
}

test('an alarm reaches the page, and a page that was away over a restart misses nothing', async () => {
  const file = stateFile();
  const before = await serve(file);
  const page = await before.lab.connect();
  page.send({ type: 'subscribe', id: 'al', topic: 'alerts' });
  expect(await page.next('alerts')).toMatchObject({ full: true, alerts: [], events: [] });
  heat(before.lab.state, 96, 0, 2);
  const raised = await page.next('alerts', ({ events }) => events.length > 0);
  expect(raised.events[0]).toMatchObject({
    transition: 'raised',
    alert: {
      rule: 'oil_temperature_high',
      subject: 'T-1',
      state: 'B',
      severity: 'medium',
      text: { en: 'Top oil temperature is high: 96 °C (limit 95 °C)', zh: '顶层油温偏高：96 °C（限值 95 °C）' },
    },
  });
  const { at } = raised;
  await before.end();

  const after = await serve(file);
  heat(after.lab.state, 96, 10, 20);
  heat(after.lab.state, 110, 21, 23);
  const [shown] = after.alarms.list({ limit: 10 });
  after.alarms.acknowledge(shown?.id ?? '', 'li.wei');
  const again = await after.lab.connect();
  again.send({ type: 'subscribe', id: 'al', topic: 'alerts', after: at });
  await after.lab.until(() => eventsOf(again).length === 2);
  expect(eventsOf(again)).toEqual(['severity B', 'acknowledged C']);
  expect(again.all('alerts').some(({ full }) => full)).toBe(false);
  heat(after.lab.state, 80, 24, 29);
  await after.lab.until(() => eventsOf(again).length === 3);
  expect(eventsOf(again).at(-1)).toBe('cleared A');
  await after.end();
});
