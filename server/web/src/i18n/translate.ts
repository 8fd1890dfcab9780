import { formatCount } from '../format/number.ts';
import type { Language } from './language.ts';
import { MESSAGES, type MessageKey } from './messages.ts';

export type Parameters = Readonly<Record<string, string | number>>;
export type Translate = (key: MessageKey, parameters?: Parameters) => string;

/** The text of a message with its `{parameters}` filled in, numbers as counts; `n` chooses between one and many. */
export function translate(language: Language, key: MessageKey, parameters: Parameters = {}): string {
  const message = MESSAGES[key][language];
  const template = typeof message === 'string' ? message : parameters.n === 1 ? message.one : message.other;
  return template.replace(/\{(\w+)\}/g, (_, name: string) => text(parameters[name]));
}

function text(parameter: string | number | undefined): string {
  return typeof parameter === 'number' ? formatCount(parameter) : (parameter ?? '');
}

/** Whether there is a message of this name, for names that come from the server. */
export function isMessageKey(key: string): key is MessageKey {
  return Object.hasOwn(MESSAGES, key);
}
