import { describe, expect, test } from 'vitest';
import type { Alert, AlertEvent, MessageOf } from '../../../../../server/web/src/contract.ts';
import { AlertLog } from '../../../../../server/web/src/live/alert-log.ts';
import { alertOf } from '../../../../support/page/alerts.ts';

function alert(id: string, fields: Partial<Alert> = {}): Alert {
  return alertOf({ id, subject: 'M-1', severity: 'low', text: { en: id, zh: id }, raisedMs: 0, ...fields });
}

function event(seq: number, transition: AlertEvent['transition'], about: Alert): AlertEvent {
  return { epoch: 'e', seq, transition, atMs: seq, alert: about };
}

function message(fields: Partial<MessageOf<'alerts'>>, seq: number): MessageOf<'alerts'> {
  return { type: 'alerts', id: 's1', full: false, events: [], at: { epoch: 'e', seq }, ...fields };
}

function idsOf(log: AlertLog): string[] {
  return log.current.value.map(({ id }) => id);
}

describe('the alerts', () => {
  test('stand worst first, active before returned, newest first', () => {
    const log = new AlertLog();
    const alerts = [
      alert('over', { severity: 'critical', active: false, state: 'D' }),
      alert('low', { raisedMs: 9 }),
      alert('old', { severity: 'high', raisedMs: 1 }),
      alert('new', { severity: 'high', raisedMs: 2 }),
    ];
    log.apply(message({ full: true, alerts }, 4));
    expect(idsOf(log)).toEqual(['new', 'old', 'low', 'over']);
  });

  test('a long list goes on in further messages; a full one begins anew', () => {
    const log = new AlertLog();
    log.apply(message({ full: true, alerts: [alert('a')] }, 2));
    log.apply(message({ alerts: [alert('b')] }, 2));
    expect(idsOf(log)).toHaveLength(2);
    log.apply(message({ full: true, alerts: [alert('c')] }, 7));
    expect(idsOf(log)).toEqual(['c']);
    expect(log.position).toEqual({ epoch: 'e', seq: 7 });
  });

  test('follow their events: raised, cleared, acknowledged, gone when normal', () => {
    const log = new AlertLog();
    log.apply(message({ events: [event(1, 'raised', alert('a'))] }, 1));
    expect(log.raised.value?.alert.id).toBe('a');
    log.apply(message({ events: [event(2, 'cleared', alert('a', { active: false, state: 'D' }))] }, 2));
    expect(log.current.value[0]?.state).toBe('D');
    log.apply(message({ events: [event(3, 'acknowledged', alert('a', { active: false, state: 'A' }))] }, 3));
    expect(idsOf(log)).toEqual([]);
  });

  test('an alert that is superseded makes room for the new one', () => {
    const log = new AlertLog();
    log.apply(message({ full: true, alerts: [alert('old', { state: 'D', active: false })] }, 1));
    const events = [
      event(2, 'superseded', alert('old', { state: 'D', active: false })),
      event(3, 'raised', alert('new')),
    ];
    log.apply(message({ events }, 3));
    expect(idsOf(log)).toEqual(['new']);
  });

  test('an event that comes again changes nothing', () => {
    const log = new AlertLog();
    const raised = event(1, 'raised', alert('a'));
    log.apply(message({ events: [raised, event(2, 'cleared', alert('a', { state: 'A', active: false }))] }, 2));
    log.apply(message({ events: [raised] }, 2));
    expect(idsOf(log)).toEqual([]);
  });
});
