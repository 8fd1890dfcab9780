import { LIMITS } from './limits.ts';

/** One record of a text file. */
export interface TextRecord {
  /** Number of its first line, from 1. */
  readonly line: number;
  readonly text: string;
  /** Why it cannot be read; `text` is its beginning then. */
  readonly problem: string | undefined;
}

const QUOTE = '"';

/**
 * Cuts text into records: lines, or more of them where a quoted field holds line breaks (RFC 4180 section 2). A record that
 * is too long is let go while it is read, so that a file without line breaks takes no memory; a quote that is never closed
 * costs its own line only.
 */
export class RecordCutter {
  readonly #quotes: boolean;
  #rest = '';
  #line = 0;
  #isSkipping = false;
  /** Lines of a record whose quote is open. */
  #open: string[] = [];
  #openChars = 0;

  /** @param quotes whether quoted fields may hold line breaks */
  constructor(quotes: boolean) {
    this.#quotes = quotes;
  }

  *push(text: string): Generator<TextRecord> {
    let from = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      const line = this.#rest === '' ? text.slice(from, end) : this.#rest + text.slice(from, end);
      this.#rest = '';
      from = end + 1;
      yield* this.#take(line);
    }
    if (this.#isSkipping) return;
    this.#rest += text.slice(from);
    if (this.#rest.length > LIMITS.recordChars) yield* this.#tooLong();
  }

  *end(): Generator<TextRecord> {
    const last = this.#rest;
    this.#rest = '';
    if (last !== '') yield* this.#take(last);
    yield* this.#giveUp();
  }

  *#take(raw: string): Generator<TextRecord> {
    if (this.#isSkipping) {
      this.#isSkipping = false;
      return;
    }
    this.#line += 1;
    const text = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (text.length > LIMITS.recordChars) {
      yield { line: this.#line, text: text.slice(0, LIMITS.rejectChars), problem: TOO_LONG };
      return;
    }
    if (this.#open.length > 0) yield* this.#continue(text);
    else if (this.#quotes && text.includes(QUOTE) && hasOpenQuote(text)) this.#begin(text);
    else yield { line: this.#line, text, problem: undefined };
  }

  #begin(text: string): void {
    this.#open = [text];
    this.#openChars = text.length;
  }

  *#continue(text: string): Generator<TextRecord> {
    this.#open.push(text);
    this.#openChars += text.length;
    const whole = hasOpenQuote(text);
    if (whole) {
      const line = this.#line - this.#open.length + 1;
      const record = this.#open.join('\n');
      this.#open = [];
      yield { line, text: record, problem: undefined };
    } else if (this.#open.length >= LIMITS.recordLines || this.#openChars > LIMITS.recordChars) yield* this.#giveUp();
  }

  /** The first line of a record that does not end is refused; the others are lines of their own. */
  *#giveUp(): Generator<TextRecord> {
    while (this.#open.length > 0) {
      const lines = this.#open;
      const line = this.#line - lines.length + 1;
      this.#open = [];
      yield { line, text: lines[0] ?? '', problem: 'a quote is opened and never closed' };
      for (const [index, text] of lines.slice(1).entries()) {
        if (!hasOpenQuote(text)) yield { line: line + 1 + index, text, problem: undefined };
        else yield { line: line + 1 + index, text, problem: 'a quote is opened and never closed' };
      }
    }
  }

  *#tooLong(): Generator<TextRecord> {
    this.#line += 1;
    const text = this.#rest.slice(0, LIMITS.rejectChars);
    this.#rest = '';
    this.#isSkipping = true;
    yield { line: this.#line, text, problem: TOO_LONG };
  }
}

const TOO_LONG = `the line is longer than ${LIMITS.recordChars} characters`;

/** Whether a line opens (or closes) a quote that it does not close (or open): it has an odd number of them. */
function hasOpenQuote(text: string): boolean {
  let isOpen = false;
  for (let at = text.indexOf(QUOTE); at >= 0; at = text.indexOf(QUOTE, at + 1)) isOpen = !isOpen;
  return isOpen;
}
