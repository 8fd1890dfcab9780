/** A text in English, where one and many differ, and in Chinese, where they do not. */
export interface Message {
  readonly en: string | { readonly one: string; readonly other: string };
  readonly zh: string;
}
