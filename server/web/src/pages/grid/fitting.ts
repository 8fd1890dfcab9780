/** A text that fits a width, by the usual width of its characters; wide ones (Chinese) count twice. */
export function fitting(text: string, widthPx: number, charPx = 7.5): string {
  let left = Math.floor(widthPx / charPx);
  let end = 0;
  for (const char of text) {
    left -= (char.codePointAt(0) ?? 0) > 0x2e7f ? 2 : 1;
    if (left < 0) return `${text.slice(0, Math.max(0, end - 1))}…`;
    end += char.length;
  }
  return text;
}
