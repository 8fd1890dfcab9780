import { expect, test } from 'vitest';
import { dayOf } from '../../../../simulators/physics/calendar.ts';
import { irradianceKw, measuredWeather, sunHeightAt } from '../../../../simulators/physics/weather.ts';
import { YEAR } from './customers/year.ts';

test('noon sun at 32° north stands 81.4° high in June and 34.6° in December (90 − 32 ± 23.44)', () => {
  const degrees = (date: string) => (Math.asin(sunHeightAt(32, dayOf(date), 12)) * 180) / Math.PI;
  expect(degrees('2026-06-21')).toBeCloseTo(81.4, 0);
  expect(degrees('2026-12-21')).toBeCloseTo(34.6, 0);
});

test('a clear sky gives 0.910·sin h − 0.030 kW/m², an overcast one a quarter of it (Kasten & Czeplak 1980)', () => {
  expect(irradianceKw(1, 0)).toBeCloseTo(0.88, 6);
  expect(irradianceKw(1, 1)).toBeCloseTo(0.22, 6);
  expect(irradianceKw(-0.2, 0)).toBe(0);
});

test('a made year is a year: cold winters, hot summers, 1 200 to 1 600 kWh of sun on a square metre', () => {
  const temperatures = YEAR.map(({ temperatureC }) => temperatureC);
  expect(Math.min(...temperatures)).toBeLessThan(2);
  expect(Math.max(...temperatures)).toBeGreaterThan(32);
  const sun = YEAR.reduce((sum, moment) => sum + moment.irradianceKw, 0);
  expect(sun).toBeGreaterThan(1200);
  expect(sun).toBeLessThan(1600);
});

test('a file is followed, linear between its values', () => {
  const fromMs = Date.UTC(2026, 0, 1);
  const at = measuredWeather({ fromMs, stepMs: 3_600_000, temperatureC: [10, 14], irradianceKw: [0, 0.5] }, 32, 0);
  const weather = at(dayOf('2026-01-01'), 0.25);
  expect(weather.temperatureC).toBeCloseTo(11, 9);
  expect(weather.irradianceKw).toBeCloseTo(0.125, 9);
});
