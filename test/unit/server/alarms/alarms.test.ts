import { expect, test } from 'vitest';
import { codeOf } from '../../../../edge/platform/errors.ts';
import { qualityCode } from '../../../../edge/protocol/quality.ts';
import { AlarmLab, NOON_MS, RULES } from './alarm-lab.ts';

test('a limit that holds for its delay is one alert, with what the operator needs', () => {
  const lab = new AlarmLab();
  const slot = lab.meter('M-1');
  lab.hold(slot, 101.2345, 0, 4);
  expect(lab.told).toEqual([]);
  lab.set(slot, 101.2345, 5);
  lab.hold(slot, 110, 6, 60);
  expect(lab.told).toEqual(['M-1 raised B']);
  expect(lab.events[0]).toMatchObject({ epoch: 'epoch-1', seq: 1, transition: 'raised', atMs: NOON_MS });
  expect(lab.events[0]?.alert).toEqual({
    id: 'epoch-1-1',
    rule: 'current_high',
    subject: 'M-1',
    metric: 'current_a',
    severity: 'medium',
    text: { en: 'Current phase A of M-1: 101.23 A ≥ 100', zh: 'M-1 A相电流 101.23 A ≥ 100' },
    value: 101.2345,
    limit: 100,
    unit: 'A',
    state: 'B',
    active: true,
    acknowledged: false,
    raisedMs: NOON_MS + 5000,
    clearedMs: null,
  });
});

test('an event is on disk before anybody hears of it', () => {
  const lab = new AlarmLab();
  const slot = lab.meter('M-1');
  const rows: unknown[] = [];
  lab.alarms.onEvent(({ seq }) =>
    rows.push(lab.database.prepare('SELECT epoch FROM alert_event WHERE seq = ?').get(seq)),
  );
  lab.hold(slot, 101, 0, 5);
  expect(rows).toEqual([]);
  expect(lab.alarms.current().alerts).toEqual([]);
  lab.clock.advance(100);
  expect(rows.map((row) => ({ ...(row as object) }))).toEqual([{ epoch: 'epoch-1' }]);
  expect(lab.alarms.current()).toMatchObject({ alerts: [{ subject: 'M-1' }], at: { epoch: 'epoch-1', seq: 1 } });
});

test('every value counts, also one that is gone before anybody looks', () => {
  const lab = new AlarmLab();
  const slot = lab.meter('M-1');
  lab.hold(slot, 101, 0, 4);
  lab.set(slot, 99, 4.5);
  lab.set(slot, 101, 5);
  expect(lab.told).toEqual([]);
});

test('the whole life: returns unacknowledged, comes again as a new alert, is acknowledged, clears', () => {
  const lab = new AlarmLab();
  const slot = lab.meter('M-1');
  lab.hold(slot, 101, 0, 5);
  lab.hold(slot, 98, 6, 16);
  lab.hold(slot, 101, 17, 22);
  expect(lab.told).toEqual(['M-1 raised B', 'M-1 cleared D', 'M-1 superseded A', 'M-1 raised B']);
  const [first, , superseded, second] = lab.events.map(({ alert }) => alert);
  expect(superseded).toMatchObject({ id: first?.id, acknowledged: false, clearedMs: NOON_MS + 16_000 });
  expect(second?.id).not.toBe(first?.id);
  expect(lab.alarms.current().alerts.map(({ id }) => id)).toEqual([second?.id]);
  const acknowledged = lab.alarms.acknowledge(second?.id ?? '', 'li.wei', 'seen');
  expect(acknowledged).toMatchObject({ state: 'C', acknowledged: true });
  lab.hold(slot, 98, 23, 33);
  expect(lab.told.slice(4)).toEqual(['M-1 acknowledged C', 'M-1 cleared A']);
  expect(lab.alarms.current().alerts).toEqual([]);
  const [row] = lab.database.prepare('SELECT actor, reason FROM alert_event WHERE transition = ?').all('acknowledged');
  expect({ ...row }).toEqual({ actor: 'li.wei', reason: 'seen' });
});

test('acknowledging twice, or what has ended, changes nothing; what never was is not found', () => {
  const lab = new AlarmLab();
  const slot = lab.meter('M-1');
  lab.hold(slot, 101, 0, 5);
  lab.hold(slot, 98, 6, 16);
  expect(lab.told).toEqual(['M-1 raised B', 'M-1 cleared D']);
  const id = lab.events[0]?.alert.id ?? '';
  expect(lab.alarms.acknowledge(id, 'li.wei').state).toBe('A');
  expect(lab.alarms.acknowledge(id, 'wang.fang').state).toBe('A');
  expect(lab.events.length).toBe(3);
  const error = (() => {
    try {
      lab.alarms.acknowledge('nothing', 'li.wei');
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(codeOf(error)).toBe('NOT_FOUND');
});

test('severity that rises asks for the operator again', () => {
  const lab = new AlarmLab();
  const slot = lab.meter('M-1');
  lab.hold(slot, 101, 0, 5);
  expect(lab.told).toEqual(['M-1 raised B']);
  lab.alarms.acknowledge(lab.events[0]?.alert.id ?? '', 'li.wei');
  lab.hold(slot, 125, 6, 11);
  lab.hold(slot, 110, 12, 22);
  expect(lab.told.slice(2)).toEqual(['M-1 severity B', 'M-1 severity B']);
  expect(lab.events.slice(2).map(({ alert: { severity, limit, value } }) => [severity, limit, value])).toEqual([
    ['critical', 120, 125],
    ['medium', 100, 110],
  ]);
});

test('bad quality and stale values stand still', () => {
  const lab = new AlarmLab();
  const slot = lab.meter('M-1');
  lab.hold(slot, 101, 0, 4);
  lab.state.set(slot, Number.NaN, qualityCode('silent'), NOON_MS + 5000);
  lab.hold(slot, 101, 100, 100);
  expect(lab.told).toEqual([]);
  lab.hold(slot, 101, 101, 101);
  expect(lab.told).toEqual(['M-1 raised B']);
  lab.hold(slot, 98, 102, 107);
  lab.state.setStale(slot, true);
  lab.hold(slot, 98, 500, 504);
  expect(lab.told).toEqual(['M-1 raised B']);
  lab.hold(slot, 98, 505, 505);
  expect(lab.told).toEqual(['M-1 raised B', 'M-1 cleared D']);
});

test('a restart neither announces again nor forgets an acknowledgement', async () => {
  const lab = new AlarmLab();
  const [one, two] = [lab.meter('M-1'), lab.meter('M-2')];
  lab.hold(one, 101, 0, 5);
  lab.hold(two, 125, 0, 5);
  expect(lab.told).toEqual(['M-1 raised B', 'M-2 raised B']);
  lab.alarms.acknowledge(lab.events[1]?.alert.id ?? '', 'li.wei');
  const { at } = lab.alarms.current();
  await lab.restart();
  expect(lab.alarms.current().at).toEqual(at);
  const [again, other] = [lab.meter('M-1'), lab.meter('M-2')];
  lab.hold(again, 101, 100, 200);
  lab.hold(other, 125, 100, 200);
  expect(lab.told.slice(3)).toEqual([]);
  expect(
    lab.alarms
      .current()
      .alerts.map(({ subject, state }) => `${subject} ${state}`)
      .sort(),
  ).toEqual(['M-1 B', 'M-2 C']);
  lab.hold(other, 98, 201, 211);
  lab.hold(again, 98, 201, 211);
  expect(lab.told.slice(3).sort()).toEqual(['M-1 cleared D', 'M-2 cleared A']);
  expect(lab.alarms.eventsAfter(at, 10)?.map(({ epoch, seq }) => [epoch, seq])).toEqual([
    ['epoch-2', 4],
    ['epoch-2', 5],
  ]);
});

test('an alarm from before a restart needs no new trip to return', async () => {
  const lab = new AlarmLab();
  lab.hold(lab.meter('M-1'), 125, 0, 5);
  expect(lab.told).toEqual(['M-1 raised B']);
  await lab.restart();
  const slot = lab.meter('M-1');
  lab.hold(slot, 99, 100, 200);
  expect(lab.told.slice(1)).toEqual(['M-1 severity B']);
  lab.hold(slot, 98, 201, 211);
  expect(lab.told.slice(1)).toEqual(['M-1 severity B', 'M-1 cleared D']);
});

test('what was told survives a kill', async () => {
  const lab = new AlarmLab();
  lab.hold(lab.meter('M-1'), 101, 0, 5);
  expect(lab.told).toEqual(['M-1 raised B']);
  await lab.restart({ kill: true });
  expect(lab.alarms.current().alerts.map(({ subject }) => subject)).toEqual(['M-1']);
});

test('an alarm whose rule is gone, or does not hold for its device any more, returns', async () => {
  const lab = new AlarmLab(`${RULES}
  - id: voltage_odd
    metrics: [voltage_a]
    high: 1
    severity: low
    deadband: 0
    text: { en: x, zh: x }
`);
  const slot = lab.meter('M-1');
  lab.hold(slot, 101, 0, 5);
  const voltage = lab.state.addSlot({ device: 'M-1', metric: 'voltage_a', unit: 'V', dataType: 10, series: 9 });
  lab.set(voltage.index, 5, 0);
  expect(lab.told).toEqual(['M-1 raised B', 'M-1 raised B']);
  await lab.restart({ rules: `${RULES}    overrides: [{ models: [eastron/sdm630], off: true }]` });
  expect(lab.told.slice(2)).toEqual(['M-1 cleared D']);
  expect(lab.events.at(-1)?.alert.rule).toBe('voltage_odd');
  lab.set(lab.meter('M-1'), 101, 20);
  expect(lab.told.slice(3)).toEqual(['M-1 cleared D']);
  expect(lab.events.at(-1)?.alert.rule).toBe('current_high');
});

test('another model behind a device brings its own limits', () => {
  const lab = new AlarmLab(`${RULES}    overrides: [{ models: [acme/big], limit: 110 }]`);
  const slot = lab.meter('M-1');
  lab.hold(slot, 101, 0, 1);
  lab.pass(2);
  const device = lab.state.devices.get('M-1');
  if (device) device.model = 'acme/big';
  lab.pass(2);
  lab.hold(slot, 101, 2, 60);
  expect(lab.told).toEqual([]);
  lab.hold(slot, 111, 61, 66);
  expect(lab.told).toEqual(['M-1 raised B']);
});

test('a device that had no limit gets one with its new model', () => {
  const lab = new AlarmLab(`${RULES}    models: [acme/big]`);
  const slot = lab.meter('M-1');
  lab.hold(slot, 101, 0, 60);
  lab.pass(2);
  const device = lab.state.devices.get('M-1');
  if (device) device.model = 'acme/big';
  lab.pass(2);
  lab.hold(slot, 101, 61, 66);
  expect(lab.told).toEqual(['M-1 raised B']);
});

test('while the state file cannot be written nothing is told, and nothing is lost', () => {
  const lab = new AlarmLab();
  const slot = lab.meter('M-1');
  lab.database.exec("CREATE TRIGGER full BEFORE INSERT ON alarm BEGIN SELECT raise(ABORT, 'disk full'); END");
  lab.hold(slot, 101, 0, 5);
  expect(lab.told).toEqual([]);
  lab.pass(5);
  expect(lab.alarms.current()).toEqual({ alerts: [], at: { epoch: 'epoch-1', seq: 0 } });
  lab.database.exec('DROP TRIGGER full');
  lab.pass(2);
  expect(lab.told).toEqual(['M-1 raised B']);
  expect(lab.alarms.current().at.seq).toBe(1);
});

test('lists newest first, by state and time, in pages', () => {
  const lab = new AlarmLab();
  for (let meter = 0; meter < 5; meter++) lab.hold(lab.meter(`M-${meter}`), 101, meter, meter + 5);
  lab.hold(lab.state.slotOf('M-2', 'current_a')?.index ?? 0, 98, 10, 20);
  expect(lab.told.length).toBe(6);
  const ids = (...[query]: Parameters<typeof lab.alarms.list>) => lab.alarms.list(query).map(({ subject }) => subject);
  expect(ids({ limit: 10 })).toEqual(['M-4', 'M-3', 'M-2', 'M-1', 'M-0']);
  expect(ids({ limit: 10, states: ['D'] })).toEqual(['M-2']);
  expect(ids({ limit: 10, fromMs: NOON_MS + 8000 })).toEqual(['M-4', 'M-3']);
  const first = lab.alarms.list({ limit: 2 });
  expect(ids({ limit: 2, after: first[1]?.id ?? '' })).toEqual(['M-2', 'M-1']);
  lab.alarms.acknowledge(lab.alarms.list({ limit: 1, states: ['D'] })[0]?.id ?? '', 'li.wei');
  expect(ids({ limit: 10 })).toEqual(['M-4', 'M-3', 'M-1', 'M-0']);
  expect(ids({ limit: 10, fromMs: NOON_MS })).toEqual(['M-4', 'M-3', 'M-2', 'M-1', 'M-0']);
  expect(() => ids({ limit: 2, after: 'gone' })).toThrow('no longer kept');
});

test('a position is good only in the log it comes from', async () => {
  const lab = new AlarmLab();
  const { at: start } = lab.alarms.current();
  expect(start).toEqual({ epoch: 'epoch-1', seq: 0 });
  lab.hold(lab.meter('M-1'), 101, 0, 5);
  expect(lab.told.length).toBe(1);
  expect(lab.alarms.eventsAfter(start, 10)?.length).toBe(1);
  expect(lab.alarms.eventsAfter({ epoch: 'epoch-1', seq: 1 }, 10)).toEqual([]);
  expect(lab.alarms.eventsAfter({ epoch: 'epoch-1', seq: 2 }, 10)).toBeUndefined();
  expect(lab.alarms.eventsAfter({ epoch: 'other', seq: 1 }, 10)).toBeUndefined();
  await lab.restart();
  expect(lab.alarms.eventsAfter({ epoch: 'epoch-1', seq: 1 }, 10)).toEqual([]);
  expect(lab.alarms.eventsAfter(start, 10)).toBeUndefined();
});

test('old events and alerts are dropped, what is not normal stays', () => {
  const lab = new AlarmLab(`${RULES}history: { maxAge: 1d, maxEvents: 1000 }\n`);
  const [one, two] = [lab.meter('M-1'), lab.meter('M-2')];
  lab.hold(one, 101, 0, 5);
  lab.hold(two, 101, 0, 5);
  expect(lab.told.length).toBe(2);
  lab.alarms.acknowledge(lab.events[0]?.alert.id ?? '', 'li.wei');
  lab.hold(one, 98, 6, 16);
  expect(lab.told.length).toBe(4);
  lab.gridClock.advance(2 * 86_400_000);
  lab.hold(lab.meter('M-3'), 101, 200_000, 200_005);
  expect(lab.told.length).toBeGreaterThanOrEqual(5);
  lab.clock.advance(60_000);
  const oldest = lab.database.prepare('SELECT min(seq) AS seq FROM alert_event').get()?.seq;
  expect(oldest).toBe(5);
  const kept = lab.alarms.list({ limit: 9, fromMs: 0 }).filter(({ rule }) => rule === 'current_high');
  expect(kept.map(({ subject }) => subject)).toEqual(['M-3', 'M-2']);
  expect(lab.alarms.eventsAfter({ epoch: 'epoch-1', seq: 2 }, 10)).toBeUndefined();
});

test('counts what it writes', async () => {
  const lab = new AlarmLab();
  lab.hold(lab.meter('M-1'), 101, 0, 5);
  expect(lab.told.length).toBe(1);
  const text = (await lab.metrics[0]?.text()) ?? '';
  expect(text).toContain('gridwarden_alert_events_total{transition="raised"} 1');
  expect(text).toContain('gridwarden_alerts_not_normal 1');
  expect(text).toContain('gridwarden_alert_events_waiting 0');
});

test('leaves no timer and no listener behind', async () => {
  const lab = new AlarmLab();
  const slot = lab.meter('M-1');
  lab.hold(slot, 101, 0, 5);
  await lab.alarms.stop();
  expect(lab.events.length).toBe(1);
  expect(lab.clock.pendingTimers).toBe(0);
  lab.hold(slot, 98, 6, 16);
  expect(lab.told.length).toBe(1);
});
