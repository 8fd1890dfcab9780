import { expect, test } from 'vitest';
import { parseWeather } from '../../../../simulators/scenario/weather-file.ts';

const HEADER = 'time,temperatureC,irradianceKw\n';

test('reads times, temperatures and sun', () => {
  const text = `\uFEFF${HEADER}2026-01-01T00:00:00Z,1.5,0\r\n2026-01-01T01:00:00Z,2,0.1\r\n`;
  expect(parseWeather('w.csv', text)).toEqual({
    fromMs: Date.UTC(2026, 0, 1),
    stepMs: 3_600_000,
    temperatureC: [1.5, 2],
    irradianceKw: [0, 0.1],
  });
});

test.each([
  ['a foreign header', 'when,temp\n', 'w.csv:1'],
  ['a number that is none', `${HEADER}2026-01-01T00:00:00Z,1,0\n2026-01-01T01:00:00Z,warm,0\n`, 'w.csv:3'],
  ['a missing number', `${HEADER}2026-01-01T00:00:00Z,,0\n2026-01-01T01:00:00Z,1,0\n`, 'w.csv:2'],
  ['one row', `${HEADER}2026-01-01T00:00:00Z,1,0\n`, 'w.csv:2'],
  ['uneven steps', `${HEADER}2026-01-01T00:00Z,1,0\n2026-01-01T01:00Z,1,0\n2026-01-01T03:00Z,1,0\n`, 'w.csv:4'],
])('refuses %s and says where', (_, text, where) => {
  expect(() => parseWeather('w.csv', text)).toThrow(where);
});
