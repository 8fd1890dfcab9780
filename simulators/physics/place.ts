import type { DayKind } from './calendar.ts';
import type { Moment } from './customers/moment.ts';
import { dayOfYear, type WeatherAt } from './weather.ts';

export interface PlaceSettings {
  /** Local midnight at which the scenario begins, UTC ms. */
  readonly originMs: number;
  readonly stepMs: number;
  readonly utcOffsetMs: number;
  readonly calendar: (day: number) => DayKind;
  readonly weather: WeatherAt;
}

const DAY_MS = 86_400_000;

/** The moment of a step at a place: calendar and weather at the middle of the step. */
export function momentAt(settings: PlaceSettings, step: number): Moment {
  const localMs = settings.originMs + settings.utcOffsetMs + (step + 0.5) * settings.stepMs;
  const day = Math.floor(localMs / DAY_MS);
  const hour = (localMs - day * DAY_MS) / 3_600_000;
  const { temperatureC, irradianceKw, sunHeight } = settings.weather(day, hour);
  const dayKind = settings.calendar(day);
  return { step, day, dayOfYear: dayOfYear(day), hour, dayKind, temperatureC, irradianceKw, sunHeight };
}
