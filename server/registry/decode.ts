/** A text and the encoding that it was read as. */
export interface Decoded {
  readonly text: string;
  readonly encoding: 'UTF-8' | 'UTF-16' | 'GBK';
}

/**
 * Reads a file that people made: UTF-8 with or without a byte order mark, UTF-16 with one, else GBK (as its superset GB 18030).
 * Undefined when it is no text in any of them, such as a spreadsheet that was saved as one.
 */
export function decodeText(bytes: Uint8Array): Decoded | undefined {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    return { text: new TextDecoder(first === 0xff ? 'utf-16le' : 'utf-16be').decode(bytes), encoding: 'UTF-16' };
  }
  for (const [label, encoding] of [
    ['utf-8', 'UTF-8'],
    ['gb18030', 'GBK'],
  ] as const) {
    const text = decoded(bytes, label);
    if (text !== undefined && !text.includes('\0')) return { text, encoding };
  }
  return undefined;
}

/** The byte order mark is taken away by the decoder. */
function decoded(bytes: Uint8Array, label: string): string | undefined {
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
