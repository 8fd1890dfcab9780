/** A place in a file that a person opens in an editor; line and column count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** Something that is wrong with a file, and what is allowed. */
export interface FileProblem extends Place {
  readonly message: string;
}

/** More than a person reads; the rest is counted. */
const MAX_PROBLEMS = 200;

/** Gathers what is wrong with files: all of it at once, the first in words, the rest as a number. */
export class FileProblems {
  readonly #problems: FileProblem[] = [];
  #count = 0;

  add(place: Place, message: string): void {
    this.#count++;
    if (this.#problems.length >= MAX_PROBLEMS) return;
    this.#problems.push({ file: place.file, line: place.line, column: place.column, message });
  }

  get count(): number {
    return this.#count;
  }

  /** In the order of the files and their lines. */
  list(): readonly FileProblem[] {
    return this.#problems.toSorted(
      (a, b) => compare(a.file, b.file) || a.line - b.line || a.column - b.column || compare(a.message, b.message),
    );
  }

  /** One line a problem: `file:line:column: message`. */
  text(): string {
    const lines = this.list().map(({ file, line, column, message }) => `${file}:${line}:${column}: ${message}`);
    const rest = this.#count - this.#problems.length;
    return [...lines, ...(rest > 0 ? [`and ${rest} more`] : [])].join('\n');
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
