import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../edge/platform/config.ts';
import { GridwardenError, messageOf } from '../../edge/platform/errors.ts';
import { durationMs } from '../../edge/platform/units.ts';
import { calendarOf, type Holidays } from '../physics/calendar.ts';
import { keyOf, mix } from '../physics/hash.ts';
import type { PlaceSettings } from '../physics/place.ts';
import { generatedWeather, measuredWeather, type WeatherSeries } from '../physics/weather.ts';
import { HolidaysSchema, type ScenarioFile, ScenarioSchema } from './schema.ts';
import { parseWeather } from './weather-file.ts';

/** The folder of the scenarios that come with gridwarden. */
export const SCENARIOS = join(import.meta.dirname, '../scenarios');

/** A scenario with all that its files say: plain data, which a worker can be given. */
export interface Scenario {
  readonly name: string;
  readonly file: ScenarioFile;
  readonly originMs: number;
  readonly stepMs: number;
  readonly utcOffsetMs: number;
  readonly holidays: Holidays;
  readonly weather: WeatherSeries | undefined;
  /** Of a scenario cut or grown to a number of devices: customers of each area, and how many faults over the file's. */
  readonly resized?: { readonly sizes: readonly number[]; readonly faultShare: number };
}

const HOUR_MS = 3_600_000;

/**
 * Loads a scenario by its name (of `simulators/scenarios`) or by its path.
 * @throws GridwardenError NOT_FOUND, CONFIG_INVALID, CONFIG_UNREADABLE
 */
export function loadScenario(nameOrFile: string): Scenario {
  const file = fileOf(nameOrFile);
  const loaded = loadConfig(ScenarioSchema, { file });
  const { value } = loaded;
  const stepMs = durationMs(value.step);
  if (HOUR_MS % stepMs !== 0 || stepMs < 60_000) {
    loaded.reject([{ path: ['step'], message: 'must be a whole part of an hour, of 1m or more' }]);
  }
  if (value.customers.from > value.customers.to) {
    loaded.reject([{ path: ['customers', 'to'], message: 'must not be less than from' }]);
  }
  const utcOffsetMs = value.utcOffsetMinutes * 60_000;
  return {
    name: file.replace(/^.*\//, '').replace(/\.yaml$/, ''),
    file: value,
    originMs: Date.parse(`${value.start}T00:00:00Z`) - utcOffsetMs,
    stepMs,
    utcOffsetMs,
    holidays: loadConfig(HolidaysSchema, { file: value.holidays }).value,
    weather:
      value.weather.file === undefined ? undefined : parseWeather(value.weather.file, textOf(value.weather.file)),
  };
}

/** Calendar and weather of a scenario. One weather for all its areas: they lie within some kilometres. */
export function placeOf(scenario: Scenario): PlaceSettings {
  const { originMs, stepMs, utcOffsetMs, file } = scenario;
  const weather = scenario.weather
    ? measuredWeather(scenario.weather, file.weather.latitudeDeg, utcOffsetMs)
    : generatedWeather(file.weather, mix(file.seed, keyOf('weather')));
  return { originMs, stepMs, utcOffsetMs, calendar: calendarOf(scenario.holidays), weather };
}

function fileOf(nameOrFile: string): string {
  const builtIn = join(SCENARIOS, `${nameOrFile}.yaml`);
  if (/^[\w-]+$/.test(nameOrFile) && existsSync(builtIn)) return builtIn;
  if (existsSync(nameOrFile)) return nameOrFile;
  const names = readdirSync(SCENARIOS)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -5));
  throw new GridwardenError(
    'NOT_FOUND',
    `There is no scenario ${nameOrFile}; there are ${names.join(', ')}, or give a file`,
  );
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new GridwardenError('CONFIG_UNREADABLE', `${file}: ${messageOf(cause)}`, { cause });
  }
}
