import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Message } from '../../../../../server/web/src/i18n/message.ts';
import { MESSAGES } from '../../../../../server/web/src/i18n/messages.ts';

const SOURCES = join(import.meta.dirname, '../../../../../server/web/src');
const entries: [string, Message][] = Object.entries(MESSAGES);

function parametersOf(text: string): string[] {
  return [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '').sort();
}

function sourceFiles(): { name: string; text: string }[] {
  return readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.startsWith('i18n/messages'))
    .map((name) => ({ name, text: readFileSync(join(SOURCES, name), 'utf8') }));
}

describe('the catalogue of texts', () => {
  test.each(entries)('%s is there in both languages, with the same parameters', (_, { en, zh }) => {
    const english = typeof en === 'string' ? [en] : [en.one, en.other];
    expect(zh.trim()).not.toBe('');
    for (const text of english) {
      expect(text.trim()).not.toBe('');
      expect(parametersOf(zh)).toEqual(parametersOf(text));
    }
  });

  test('Chinese texts are in Chinese', () => {
    const latin = entries.filter(([, { zh }]) => !/\p{Script=Han}/u.test(zh)).map(([key]) => key);
    expect(latin).toEqual(['app.name', 'app.title', 'app.otherLanguage', 'common.none', 'chart.cursor']);
  });

  test('English texts hold no Chinese but the name of the other language', () => {
    const texts = entries.filter(([, { en }]) => /\p{Script=Han}/u.test(JSON.stringify(en))).map(([key]) => key);
    expect(texts).toEqual(['app.otherLanguage']);
  });

  test('every text is used', () => {
    const source = sourceFiles()
      .map(({ text }) => text)
      .join('\n');
    const unused = entries
      .map(([key]) => key)
      .filter(
        (key) =>
          ![`'${key}'`, `"${key}"`].some((text) => source.includes(text)) &&
          !source.includes(`\`${key.replace(/[^.]+$/, '${')}`),
      );
    expect(unused).toEqual([]);
  });

  test('views hold no text of their own', () => {
    const found = sourceFiles()
      .filter(({ name }) => name.endsWith('.tsx'))
      .flatMap(({ name, text }) =>
        [
          ...text.matchAll(
            /^\s+[A-Z][\p{L} ,.'-]{3,}$|>\s*[A-Z\p{Script=Han}][\p{L} ,.'-]*\s*<\/|(?:title|aria-label|placeholder|alt)="(?![a-z]+\.\w+")[^"]*\p{L}/gmu,
          ),
        ].map((match) => `${name}: ${match[0].trim()}`),
      );
    expect(found).toEqual([]);
  });
});
