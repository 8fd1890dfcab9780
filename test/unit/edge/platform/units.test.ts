import { describe, expect, it } from 'vitest';
import { byteSize, durationMs, durationText, isLoopback, parseListen } from '../../../../edge/platform/units.ts';

describe('durations', () => {
  it.each([
    ['500ms', 500],
    ['1s', 1000],
    ['1.5s', 1500],
    ['15m', 900_000],
    ['8h', 28_800_000],
    ['30d', 2_592_000_000],
  ])('%s is %d ms', (text, ms) => expect(durationMs(text)).toBe(ms));

  it('without a known unit are a programming error', () => expect(() => durationMs('5 weeks')).toThrow(RangeError));
});

describe('sizes', () => {
  it.each([
    ['1B', 1],
    ['500kB', 500_000],
    ['1KiB', 1024],
    ['1.5MiB', 1_572_864],
    ['1GiB', 1_073_741_824],
    ['2TB', 2e12],
  ])('%s is %d bytes', (text, bytes) => expect(byteSize(text)).toBe(bytes));
});

describe('addresses', () => {
  it.each([
    ['127.0.0.1:8080', { host: '127.0.0.1', port: 8080 }],
    ['[::1]:80', { host: '::1', port: 80 }],
    [':8080', { host: '0.0.0.0', port: 8080 }],
    ['localhost:1', { host: 'localhost', port: 1 }],
  ])('%s is split', (text, address) => expect(parseListen(text)).toEqual(address));

  it('know which stay on this machine', () => {
    expect(['127.0.0.1', '127.1.2.3', '::1', 'localhost'].every(isLoopback)).toBe(true);
    expect(['0.0.0.0', '192.168.0.1', '::', '127.example.com', '1127.0.0.1'].some(isLoopback)).toBe(false);
  });
});

it.each([
  [500, '500ms'],
  [1000, '1s'],
  [1500, '1500ms'],
  [90_000, '90s'],
  [900_000, '15m'],
  [86_400_000, '1d'],
])('%i ms is written %s', (ms, text) => {
  expect(durationText(ms)).toBe(text);
  expect(durationMs(text)).toBe(ms);
});
