import { quantityOf } from '../../edge/protocol/quantities.ts';
import type { BilingualText } from './rules-schema.ts';

/** What a text of a limit, of one subject, and of a group may name. */
export const LIMIT_NAMES = ['subject', 'metric', 'value', 'limit', 'unit'] as const;
export const SUBJECT_NAMES = ['subject'] as const;
export const GROUP_NAMES = ['subject', 'count'] as const;

const NAME = /\{([^{}]*)\}/g;

/** Names in braces that a text uses. */
export function namesIn(text: string): string[] {
  return [...text.matchAll(NAME)].map((match) => match[1] ?? '');
}

/** Puts in what the names in braces stand for. `metric` is written in each language. */
export function fillText(text: BilingualText, values: Readonly<Record<string, string | number>>): BilingualText {
  const fill = (language: 'en' | 'zh') =>
    text[language].replace(NAME, (whole, name: string) => {
      if (name === 'metric') return metricName(String(values.metric), language);
      const value = values[name];
      return value === undefined ? whole : shown(value);
    });
  return { en: fill('en'), zh: fill('zh') };
}

function metricName(metric: string, language: 'en' | 'zh'): string {
  return quantityOf(metric)?.[language] ?? metric;
}

/** Five significant digits: what an operator can read, and more than a limit needs. */
function shown(value: string | number): string {
  return typeof value === 'number' ? String(Number(value.toPrecision(5))) : value;
}
