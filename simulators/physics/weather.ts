import { between, uniform } from './hash.ts';
import { bell } from './noise.ts';

export interface Climate {
  readonly latitudeDeg: number;
  /** Mean of the year, and the swing of the day means about it, °C. */
  readonly meanC: number;
  readonly yearlySwingC: number;
  /** Swing within a clear day, °C. */
  readonly dailySwingC: number;
}

/** The weather at a moment. */
export interface Weather {
  readonly temperatureC: number;
  /** Sun on a level square metre, kW. */
  readonly irradianceKw: number;
  /** Sine of the sun's height; below zero it is night. */
  readonly sunHeight: number;
}

/** A place's weather as a function of local time: days since 1970 and the hour in that day. */
export type WeatherAt = (day: number, hour: number) => Weather;

const TURN = 2 * Math.PI;
/** 20 January is the coldest day of the year in the temperate north. */
const COLDEST_DAY = 20;
const FRONT_DAYS = 6;
const FRONT_MEMORY = 0.72;

/** Weather made from a seed: seasons, fronts that last some days, clouds, and the day's course. A pure function. */
export function generatedWeather(climate: Climate, seed: number): WeatherAt {
  return (day, hour) => {
    const part = hour / 24;
    const cloud = blend(cloudOf(seed, day), cloudOf(seed, day + 1), part);
    const yearly = -climate.yearlySwingC * Math.cos((TURN * (dayOfYear(day) - COLDEST_DAY + part)) / 365.25);
    const front = blend(frontC(seed, day), frontC(seed, day + 1), part);
    const daily = -climate.dailySwingC * (1 - 0.6 * cloud) * Math.cos((TURN * (hour - 3)) / 24);
    const sunHeight = sunHeightAt(climate.latitudeDeg, day, hour);
    return {
      temperatureC: climate.meanC + yearly + front + daily,
      irradianceKw: irradianceKw(sunHeight, cloud),
      sunHeight,
    };
  };
}

/** Measured weather at full steps from `fromMs` on; between them it is linear, beyond them the nearest is taken. */
export interface WeatherSeries {
  readonly fromMs: number;
  readonly stepMs: number;
  readonly temperatureC: readonly number[];
  /** Left out: the clear sky's, dimmed by a third. */
  readonly irradianceKw?: readonly number[];
}

/** Weather from a file. */
export function measuredWeather(series: WeatherSeries, latitudeDeg: number, utcOffsetMs: number): WeatherAt {
  return (day, hour) => {
    const at = (day * 86_400_000 + hour * 3_600_000 - utcOffsetMs - series.fromMs) / series.stepMs;
    const sunHeight = sunHeightAt(latitudeDeg, day, hour);
    const sun = series.irradianceKw === undefined ? irradianceKw(sunHeight, 0.72) : valueAt(series.irradianceKw, at);
    return { temperatureC: valueAt(series.temperatureC, at), irradianceKw: sun, sunHeight };
  };
}

function valueAt(values: readonly number[], at: number): number {
  const place = Math.min(values.length - 1, Math.max(0, at));
  const left = Math.floor(place);
  return blend(values[left] ?? 0, values[Math.min(values.length - 1, left + 1)] ?? 0, place - left);
}

/** 1 on 1 January of the local year. */
export function dayOfYear(day: number): number {
  const year = new Date(day * 86_400_000).getUTCFullYear();
  return day - Date.UTC(year, 0, 1) / 86_400_000 + 1;
}

/** Sine of the sun's height (Cooper's declination 23.45°·sin(360°·(284 + n)/365), Solar Energy 12(3), 1969). */
export function sunHeightAt(latitudeDeg: number, day: number, hour: number): number {
  const declination = (23.45 * Math.PI * Math.sin((TURN * (284 + dayOfYear(day))) / 365)) / 180;
  const latitude = (latitudeDeg * Math.PI) / 180;
  const hourAngle = (TURN * (hour - 12)) / 24;
  return Math.sin(latitude) * Math.sin(declination) + Math.cos(latitude) * Math.cos(declination) * Math.cos(hourAngle);
}

/** Global irradiance: 0.910·sin h − 0.030 kW/m² on a clear day, less 0.75·N^3.4 by clouds (Kasten & Czeplak 1980). */
export function irradianceKw(sunHeight: number, cloud: number): number {
  return Math.max(0, 0.91 * sunHeight - 0.03) * (1 - 0.75 * cloud ** 3.4);
}

function cloudOf(seed: number, day: number): number {
  const today = uniform(seed, day * 3 + 1);
  const yesterday = uniform(seed, (day - 1) * 3 + 1);
  return Math.sqrt(0.65 * today + 0.35 * yesterday);
}

/** Deviation of a day, °C: the last days' impulses, fading. */
function frontC(seed: number, day: number): number {
  let sum = 0;
  let weight = 1;
  for (let back = 0; back < FRONT_DAYS; back++) {
    sum += weight * bell(seed, (day - back) * 3 + 2);
    weight *= FRONT_MEMORY;
  }
  return 1.9 * sum + between(seed, day * 3, -0.4, 0.4);
}

function blend(left: number, right: number, part: number): number {
  return left * (1 - part) + right * part;
}
