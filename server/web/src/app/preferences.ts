import { Cell } from '../core/cell.ts';
import { initialLanguage, LANG_TAG, type Language } from '../i18n/language.ts';

export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** Names in the browser's storage; `theme.js` reads the second before the page is painted. */
const LANGUAGE_KEY = 'gridwarden.language';
const THEME_KEY = 'gridwarden.theme';

/** What the operator chose for this browser. A browser that keeps nothing still works, for as long as the page is open. */
export class Preferences {
  readonly language: Cell<Language>;
  readonly theme: Cell<Theme>;

  constructor() {
    this.language = new Cell(initialLanguage(read(LANGUAGE_KEY), navigator.languages));
    this.theme = new Cell(THEMES.find((theme) => theme === read(THEME_KEY)) ?? 'auto');
    this.#applyLanguage();
    this.#applyTheme();
    this.language.watch(() => this.#applyLanguage());
    this.theme.watch(() => this.#applyTheme());
  }

  setLanguage(language: Language): void {
    write(LANGUAGE_KEY, language);
    this.language.set(language);
  }

  setTheme(theme: Theme): void {
    write(THEME_KEY, theme);
    this.theme.set(theme);
  }

  #applyLanguage(): void {
    document.documentElement.lang = LANG_TAG[this.language.value];
  }

  #applyTheme(): void {
    const { dataset } = document.documentElement;
    if (this.theme.value === 'auto') delete dataset.theme;
    else dataset.theme = this.theme.value;
  }
}

function read(key: string): string | null {
  try {
    return window.localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    window.localStorage.setItem(key, value);
  } catch {
    // Storage that is full or forbidden loses the choice at the next visit, nothing else.
  }
}
