import { describe, expect, test } from 'vitest';
import {
  filterAlerts,
  parseAlertFilter,
  withCurrent,
} from '../../../../../server/web/src/pages/alerts/alert-filter.ts';
import { moveActive } from '../../../../../server/web/src/pages/devices/row-keys.ts';
import { cellAt, fleetLayout } from '../../../../../server/web/src/pages/overview/fleet-layout.ts';
import { alertOf } from '../../../../support/page/alerts.ts';

const alert = (id: string, raisedMs: number, fields: Partial<Parameters<typeof alertOf>[0]> = {}) =>
  alertOf({ id, subject: 'M-1', severity: 'low', text: { en: `text ${id}`, zh: '电压低' }, raisedMs, ...fields });

describe('the list of alerts', () => {
  const alerts = [alert('a', 1, { severity: 'critical' }), alert('b', 2, { state: 'D', subject: 'T-9' })];
  const ids = (query: string) => filterAlerts(alerts, parseAlertFilter(new URLSearchParams(query))).map(({ id }) => id);

  test.each([
    ['', ['a', 'b']],
    ['severity=critical', ['a']],
    ['state=D', ['b']],
    ['q=t-9', ['b']],
    ['q=电压', ['a', 'b']],
    ['q=TEXT A', ['a']],
    ['severity=none&state=Z', ['a', 'b']],
  ])('%j', (query, expected) => {
    expect(ids(query)).toEqual(expected);
  });

  test('the past with what the stream has said since, newest first, nothing twice', () => {
    const past = [alert('old', 5), alert('both', 7)];
    const current = [alert('both', 7, { state: 'C' }), alert('new', 9), alert('before', 1)];
    const merged = withCurrent(past, current, 4);
    expect(merged.map(({ id, state }) => `${id} ${state}`)).toEqual(['new B', 'both C', 'old B']);
  });
});

describe('the keys of the device list', () => {
  test.each([
    ['ArrowDown', -1, 0],
    ['ArrowDown', 99, 99],
    ['ArrowUp', 0, 0],
    ['PageDown', 5, 25],
    ['PageDown', 95, 99],
    ['PageUp', 50, 30],
    ['Home', 50, 0],
    ['End', 50, 99],
  ])('%s from row %i leads to row %i', (key, from, to) => {
    expect(moveActive(key, from, 100, 20)).toBe(to);
  });

  test('others do not move, and an empty list has nowhere to go', () => {
    expect(moveActive('a', 3, 100, 20)).toBeUndefined();
    expect(moveActive('End', -1, 0, 20)).toBeUndefined();
  });
});

describe('the picture of all devices', () => {
  test.each([1, 300, 5_000, 10_000])('%i devices fit', (count) => {
    const layout = fleetLayout(count, 540, 320);
    expect(Math.ceil(count / layout.columns) * layout.pitch).toBeLessThanOrEqual(320);
  });

  test('a point finds its device, and none beside the cells', () => {
    const layout = { count: 25, columns: 10, pitch: 20, width: 210, height: 100 };
    expect(cellAt(layout, 0, 0)).toBe(0);
    expect(cellAt(layout, 199, 39)).toBe(19);
    expect(cellAt(layout, 205, 5)).toBeUndefined();
    expect(cellAt(layout, 110, 50)).toBeUndefined();
    expect(cellAt(layout, 10, -1)).toBeUndefined();
  });
});
