export const LANGUAGES = ['en', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

/** What stands in the `lang` attribute: it chooses glyphs and the voice of a screen reader. */
export const LANG_TAG: Readonly<Record<Language, string>> = { en: 'en', zh: 'zh-CN' };

/** The language to begin with: the one chosen before, else the first that the browser prefers and we have. */
export function initialLanguage(stored: string | null, preferred: readonly string[]): Language {
  const known = LANGUAGES.find((language) => language === stored);
  if (known) return known;
  for (const tag of preferred) {
    const match = LANGUAGES.find((language) => tag.toLowerCase().split('-')[0] === language);
    if (match) return match;
  }
  return 'en';
}
