import { describe, expect, test } from 'vitest';
import { qualityCode } from '../../../../../edge/protocol/quality.ts';
import type { DeviceRow } from '../../../../../server/web/src/contract.ts';
import { filterDevices, parseFilter } from '../../../../../server/web/src/live/device-filter.ts';
import { DeviceTable } from '../../../../../server/web/src/live/device-table.ts';
import { PointTable } from '../../../../../server/web/src/live/point-table.ts';
import { pointsMessage } from './points.ts';

function row(id: string, fields: Partial<DeviceRow> = {}): DeviceRow {
  return {
    id,
    agent: 'east/agent-1',
    model: 'eastron/sdm630',
    kind: 'meter',
    presence: 'online',
    sinceMs: 0,
    lastReadingMs: null,
    ...fields,
  };
}

function tableOf(...rows: DeviceRow[]): DeviceTable {
  const table = new DeviceTable();
  table.apply({ full: true, rows });
  return table;
}

describe('the table of devices', () => {
  test('counts them by presence, and lists them in order', () => {
    const table = tableOf(row('M-2'), row('M-1', { presence: 'stale' }), row('M-3', { presence: 'offline' }));
    expect(table.counts()).toEqual({ online: 1, stale: 1, offline: 1 });
    expect(table.ids()).toEqual(['M-1', 'M-2', 'M-3']);
  });

  test('a full message forgets what it does not name; the rest of a long list adds', () => {
    const table = tableOf(row('M-1'), row('M-2'));
    table.apply({ full: true, rows: [row('M-2')] });
    table.apply({ full: false, rows: [row('M-3')] });
    expect(table.ids()).toEqual(['M-2', 'M-3']);
  });

  test('the order of lists is touched by what matters to it only', () => {
    const table = tableOf(row('M-1'));
    const before = table.structure.value;
    table.apply({ full: false, rows: [row('M-1', { lastReadingMs: 5 })] });
    expect(table.structure.value).toBe(before);
    table.apply({ full: false, rows: [row('M-1', { presence: 'offline' })] });
    expect(table.structure.value).toBe(before + 1);
  });

  test('learns from points when a device was read; a failed read is no reading', () => {
    const table = tableOf(row('M-1', { lastReadingMs: 1000 }), row('M-2'));
    const points = new PointTable();
    const series = ['M-1', 'M-2'].map((device, slot) => ({ slot, device, metric: 'active_power', unit: 'kW' }));
    table.note(
      points,
      pointsMessage(series, [
        { slot: 0, value: 1, timeMs: 5000 },
        { slot: 1, value: null, timeMs: 6000, quality: qualityCode('silent') },
      ]),
    );
    expect(table.lastReadingMs('M-1')).toBe(5000);
    expect(table.lastReadingMs('M-2')).toBeUndefined();
    expect(table.newestReadingMs()).toBe(5000);
  });

  test('counts devices by age; of an online one that is not heard here the age is not known', () => {
    const nowMs = 2_000_000;
    const table = tableOf(
      row('never'),
      row('heard', { lastReadingMs: 1 }),
      row('unheard', { lastReadingMs: 1 }),
      row('gone', { presence: 'offline', lastReadingMs: nowMs - 100_000 }),
    );
    const points = new PointTable();
    const series = [{ slot: 0, device: 'heard', metric: 'active_power', unit: 'kW' }];
    table.note(points, pointsMessage(series, [{ slot: 0, value: 1, timeMs: nowMs - 2000 }]));
    expect(table.countByAge(nowMs)).toEqual([1, 0, 1, 0, 1]);
  });
});

describe('the filters of the list', () => {
  const devices = tableOf(
    row('M-1', { presence: 'stale', lastReadingMs: 300 }),
    row('M-2', { lastReadingMs: 100 }),
    row('T-1', { model: 'ziehl/tr1200', presence: 'offline' }),
    row('W-1', { agent: 'west/agent-9', lastReadingMs: 200 }),
  );
  const ids = (query: string) => filterDevices(devices, parseFilter(new URLSearchParams(query)));

  test.each([
    ['', ['M-1', 'M-2', 'T-1', 'W-1']],
    ['q=m-', ['M-1', 'M-2']],
    ['q=TR1200', ['T-1']],
    ['q=west', ['W-1']],
    ['state=stale', ['M-1']],
    ['state=nonsense', ['M-1', 'M-2', 'T-1', 'W-1']],
    ['model=ziehl/tr1200', ['T-1']],
    ['agent=west/agent-9', ['W-1']],
    ['sort=state', ['T-1', 'M-1', 'M-2', 'W-1']],
    ['sort=age', ['T-1', 'M-2', 'W-1', 'M-1']],
  ])('%j', (query, expected) => {
    expect(ids(query)).toEqual(expected);
  });
});
