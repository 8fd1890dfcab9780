import { GridwardenError } from '../../edge/platform/errors.ts';
import type { WeatherSeries } from '../physics/weather.ts';

const COLUMNS = ['time', 'temperatureC', 'irradianceKw'];

/**
 * A weather file: CSV with the columns `time` (RFC 3339), `temperatureC` and maybe `irradianceKw`, at equal steps.
 * @throws GridwardenError CONFIG_INVALID with the line
 */
export function parseWeather(file: string, text: string): WeatherSeries {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line !== '');
  const header = (lines[0] ?? '').split(',');
  const reject = (line: number, what: string) => new GridwardenError('CONFIG_INVALID', `${file}:${line}: ${what}`);
  if (header[0] !== 'time' || header[1] !== 'temperatureC' || header.some((name) => !COLUMNS.includes(name))) {
    throw reject(1, `the columns must be ${COLUMNS.join(',')}, the last one may be left out`);
  }
  const rows = lines.slice(1).map((line, index) => {
    const [time = '', ...values] = line.split(',');
    const row = [Date.parse(time), ...values.map((value) => (value === '' ? Number.NaN : Number(value)))];
    if (row.length !== header.length || row.some(Number.isNaN))
      throw reject(index + 2, 'a time or a number is not one');
    return row;
  });
  const fromMs = rows[0]?.[0] ?? Number.NaN;
  const stepMs = (rows[1]?.[0] ?? Number.NaN) - fromMs;
  if (!(stepMs > 0)) throw reject(2, 'at least two rows in order of time are needed');
  const uneven = rows.findIndex((row, index) => row[0] !== fromMs + index * stepMs);
  if (uneven >= 0) throw reject(uneven + 2, 'the steps of time are not equal');
  const temperatureC = rows.map((row) => row[1] ?? 0);
  return header.length < 3
    ? { fromMs, stepMs, temperatureC }
    : { fromMs, stepMs, temperatureC, irradianceKw: rows.map((row) => row[2] ?? 0) };
}
