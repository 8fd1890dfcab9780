import { expect, test } from 'vitest';
import { DATA_TYPES } from '../../../../edge/protocol/datatypes.ts';
import { GOOD, qualityCode } from '../../../../edge/protocol/quality.ts';
import { PointsBoard, pointColumns } from '../../../../server/live/points-board.ts';
import { addDevice, newState } from './state.ts';

const NOON_MS = Date.UTC(2026, 6, 1, 12);

test('columns hold the newest value, its time, quality and whether it is stale', () => {
  const state = newState();
  const [voltage, current] = addDevice(state, 'M-1', { voltage_a: 'V', current_a: 'A' });
  state.set(voltage, 230.5, GOOD, NOON_MS);
  state.set(current, Number.NaN, qualityCode('silent'), NOON_MS + 1500);
  state.setStale(voltage, true);
  expect(pointColumns(state, [voltage, current])).toEqual({
    slot: [voltage, current],
    value: [230.5, null],
    baseMs: NOON_MS,
    offsetMs: [0, 1500],
    quality: [GOOD, qualityCode('silent')],
    stale: [1, 0],
  });
});

test('a value that is not good is null, even when the state still holds a number', () => {
  const state = newState();
  const [voltage] = addDevice(state, 'M-1', { voltage_a: 'V' });
  state.set(voltage, 230.5, qualityCode('exception'), NOON_MS);
  expect(pointColumns(state, [voltage]).value).toEqual([null]);
});

test('a 32-bit float is written as short as it is, other types as they are', () => {
  const state = newState();
  const [float] = addDevice(state, 'M-1', { voltage_a: 'V' }, DATA_TYPES.Float);
  const [double] = addDevice(state, 'M-2', { voltage_a: 'V' }, DATA_TYPES.Double);
  for (const value of [230.1, 0.001, 49.987, 1234567, -0.5, 1e-7, 123456.79, 3.4e38]) {
    state.set(float, Math.fround(value), GOOD, NOON_MS);
    const [shown] = pointColumns(state, [float]).value;
    expect(Math.fround(shown ?? Number.NaN)).toBe(Math.fround(value));
    state.set(double, Math.fround(value), GOOD, NOON_MS);
    expect(pointColumns(state, [double]).value).toEqual([Math.fround(value)]);
  }
  state.set(float, Math.fround(230.1), GOOD, NOON_MS);
  expect(pointColumns(state, [float]).value).toEqual([230.1]);
});

test('a list names every series and has a point only for those that were ever seen', () => {
  const state = newState();
  const [voltage, current] = addDevice(state, 'M-1', { voltage_a: 'V', current_a: 'A' });
  state.set(current, 5, GOOD, NOON_MS);
  const board = new PointsBoard(state, 10);
  const body = JSON.parse(`{${board.body([voltage, current], true)}`);
  expect(body.series).toEqual([
    { slot: voltage, device: 'M-1', metric: 'voltage_a', unit: 'V' },
    { slot: current, device: 'M-1', metric: 'current_a', unit: 'A' },
  ]);
  expect(body.points.slot).toEqual([current]);
});

test('texts of a foreign device stand beside the columns', () => {
  const state = newState();
  const [firmware] = addDevice(state, 'node/x', { firmware: '' }, DATA_TYPES.String);
  state.texts.set(firmware, 'v"1"');
  state.set(firmware, Number.NaN, GOOD, NOON_MS);
  expect(pointColumns(state, [firmware])).toMatchObject({ value: [null], texts: [{ slot: firmware, text: 'v"1"' }] });
});

test('a filter names devices, metrics, both or neither', () => {
  const state = newState();
  const [v1, a1] = addDevice(state, 'M-1', { voltage_a: 'V', current_a: 'A' });
  const [v2, a2] = addDevice(state, 'M-2', { voltage_a: 'V', current_a: 'A' });
  const board = new PointsBoard(state, 10);
  const matching = (devices?: string[], metrics?: string[]) =>
    board.matching({ devices: devices && new Set(devices), metrics: metrics && new Set(metrics) });
  expect(matching()).toEqual([v1, a1, v2, a2]);
  expect(matching(['M-2', 'unknown'])).toEqual([v2, a2]);
  expect(matching(undefined, ['current_a'])).toEqual([a1, a2]);
  expect(matching(['M-1'], ['current_a'])).toEqual([a1]);
});
