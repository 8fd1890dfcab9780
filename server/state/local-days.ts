import { zoneOffsetMs } from '../api/time-zone.ts';

const DAY_MS = 86_400_000;

/** The local date (`2026-01-31`) of a moment in a zone. */
export function localDay(timeZone: string, atMs: number): string {
  return new Date(atMs + zoneOffsetMs(timeZone, atMs)).toISOString().slice(0, 10);
}

/** The date so many days later. */
export function laterDay(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}
