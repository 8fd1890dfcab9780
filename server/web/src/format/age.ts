import type { Language } from '../i18n/language.ts';

const UNITS = {
  en: { s: ' s', min: ' min', h: ' h', d: ' d' },
  zh: { s: ' 秒', min: ' 分', h: ' 小时', d: ' 天' },
} as const;

/** An age or a duration: `7 s`, `5 min 07 s`, `3 h 05 min`, `12 d 4 h`. A negative one (clocks apart) is 0. */
export function formatAge(ageMs: number, language: Language): string {
  const unit = UNITS[language];
  const seconds = Math.max(0, Math.floor(ageMs / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (minutes < 1) return `${seconds}${unit.s}`;
  if (hours < 1) return `${minutes}${unit.min} ${pad(seconds % 60)}${unit.s}`;
  if (hours < 48) return `${hours}${unit.h} ${pad(minutes % 60)}${unit.min}`;
  return `${Math.floor(hours / 24)}${unit.d} ${hours % 24}${unit.h}`;
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
