import type { StoredRow } from '../compare/match-stored.ts';

const DAY_MS = 86_400_000;
/** A clock that steps by a year leaves readings that far away. */
const AROUND_DAYS = 400;

/** Every reading of a device as the API shows it, conflicts included. */
export async function readApi(api: string, device: string): Promise<StoredRow[]> {
  const nowMs = Date.now();
  const range = `from=${nowMs - AROUND_DAYS * DAY_MS}&to=${nowMs + AROUND_DAYS * DAY_MS}`;
  const url = `${api}/api/v1/devices/${encodeURIComponent(device)}/readings?${range}&conflicts=true&format=csv`;
  const response = await fetch(url);
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text}`);
  const [header = '', ...lines] = text.trimEnd().split('\n');
  const columns = header.trim().split(',');
  const at = (name: string) => columns.indexOf(name);
  const [time, metric, value, origin] = [at('time'), at('metric'), at('value'), at('origin')];
  return lines.map((line) => {
    const cells = line.trim().split(',');
    return {
      device,
      metric: cells[metric] ?? '',
      timeMs: Date.parse(cells[time] ?? ''),
      value: cells[value] ? Number(cells[value]) : undefined,
      origin: cells[origin] ?? '',
    };
  });
}
