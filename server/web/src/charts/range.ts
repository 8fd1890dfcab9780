import type { Language } from '../i18n/language.ts';

/** Ranges that a chart offers, with the bucket width its history is asked in; without one readings come as taken. */
export const PRESETS = {
  '15m': { spanMs: 15 * 60_000, every: undefined },
  '1h': { spanMs: 3_600_000, every: '10s' },
  '24h': { spanMs: 86_400_000, every: '5m' },
  '7d': { spanMs: 7 * 86_400_000, every: '30m' },
  '30d': { spanMs: 30 * 86_400_000, every: '2h' },
} as const;
export type Preset = keyof typeof PRESETS;
export const PRESET_NAMES = Object.keys(PRESETS) as readonly Preset[];

/** A window that ends now and moves, or one that stands still. */
export type Range =
  | { readonly kind: 'preset'; readonly preset: Preset }
  | { readonly kind: 'custom'; readonly fromMs: number; readonly toMs: number };

export interface TimeWindow {
  readonly fromMs: number;
  readonly toMs: number;
}

export const DEFAULT_RANGE: Range = { kind: 'preset', preset: '1h' };
export const MAX_CUSTOM_SPAN_MS = 3660 * 86_400_000;

/** Widths that a custom range chooses from, the narrowest that gives at most about 500 buckets. */
const WIDTHS = ['10s', '30s', '1m', '5m', '15m', '30m', '1h', '2h', '6h', '1d', '7d'] as const;
const MAX_BUCKETS = 500;
/** Up to here a custom range is shown as taken. */
const RAW_SPAN_MS = 20 * 60_000;

export function windowOf(range: Range, nowMs: number): TimeWindow {
  if (range.kind === 'custom') return { fromMs: range.fromMs, toMs: range.toMs };
  return { fromMs: nowMs - PRESETS[range.preset].spanMs, toMs: nowMs };
}

/** Whether live values belong to the range. */
export function isOpen(range: Range, nowMs: number): boolean {
  return range.kind === 'preset' || range.toMs > nowMs;
}

/** Bucket width for a range; undefined for readings as taken. */
export function everyOf(range: Range): string | undefined {
  if (range.kind === 'preset') return PRESETS[range.preset].every;
  const spanMs = range.toMs - range.fromMs;
  if (spanMs <= RAW_SPAN_MS) return undefined;
  return WIDTHS.find((width) => spanMs / widthMs(width) <= MAX_BUCKETS) ?? '7d';
}

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds of a width such as `15m`. */
export function widthMs(width: string): number {
  return Number.parseInt(width, 10) * (UNIT_MS[width.slice(-1)] ?? 1);
}

/** A width in words of the page: `10 s`, `5 min`. */
export function widthText(width: string, language: Language): string {
  const words: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
    en: { s: 's', m: 'min', h: 'h', d: 'd' },
    zh: { s: '秒', m: '分钟', h: '小时', d: '天' },
  };
  return `${Number.parseInt(width, 10)} ${words[language][width.slice(-1)] ?? ''}`;
}

/** The range that an address names; the default when it names none that is possible. */
export function parseRange(query: URLSearchParams): Range {
  const preset = PRESET_NAMES.find((name) => name === query.get('range'));
  if (preset) return { kind: 'preset', preset };
  const fromMs = Date.parse(query.get('from') ?? '');
  const toMs = Date.parse(query.get('to') ?? '');
  const isPossible = fromMs < toMs && toMs - fromMs <= MAX_CUSTOM_SPAN_MS;
  return isPossible ? { kind: 'custom', fromMs, toMs } : DEFAULT_RANGE;
}

/** The part of an address that names a range. */
export function rangeQuery(range: Range): Record<string, string | undefined> {
  if (range.kind === 'preset') return { range: range.preset, from: undefined, to: undefined };
  const at = (timeMs: number) => new Date(timeMs).toISOString();
  return { range: undefined, from: at(range.fromMs), to: at(range.toMs) };
}
