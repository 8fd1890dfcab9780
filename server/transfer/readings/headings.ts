import { GridwardenError } from '../../../edge/platform/errors.ts';

/** The headings of a file as names are looked up: wide characters as narrow ones, no blanks, no unit in brackets at the end. */
export class HeadingIndex {
  readonly #places = new Map<string, number[]>();
  readonly headings: readonly string[];

  constructor(headings: readonly string[]) {
    this.headings = headings;
    for (const [place, heading] of headings.entries()) {
      for (const name of new Set([normal(heading), withoutUnit(normal(heading))])) {
        this.#places.set(name, [...(this.#places.get(name) ?? []), place]);
      }
    }
  }

  /**
   * The place of the first of these names that is there.
   * @throws GridwardenError IMPORT_INVALID when two columns have it
   */
  find(names: readonly string[]): number | undefined {
    for (const name of names) {
      const places = this.#places.get(normal(name)) ?? [];
      if (places.length > 1) {
        const numbers = places.map((place) => place + 1).join(' and ');
        throw new GridwardenError(
          'IMPORT_INVALID',
          `Line 1: columns ${numbers} are both headed "${name}"; which of them counts?`,
        );
      }
      if (places[0] !== undefined) return places[0];
    }
    return undefined;
  }

  /** @throws GridwardenError IMPORT_INVALID when none is there */
  need(what: string, names: readonly string[]): number {
    const place = this.find(names);
    if (place !== undefined) return place;
    const there = this.headings.slice(0, 30).map((heading) => `"${heading.slice(0, 40)}"`);
    const wanted =
      names.length === 1 ? `"${names[0]}"` : `one of ${names.slice(0, 8).join(', ')}${names.length > 8 ? ', …' : ''}`;
    throw new GridwardenError(
      'IMPORT_INVALID',
      `No column for ${what}: it is headed ${wanted}; there are ${there.join(', ')}`,
    );
  }
}

export function normal(heading: string): string {
  return heading.normalize('NFKC').replaceAll(/\s+/g, '').toLowerCase();
}

function withoutUnit(name: string): string {
  return name.replace(/\([^()]*\)$/, '');
}
