import type { HeadingIndex } from './headings.ts';
import type { Mapping } from './mapping.schema.ts';
import { numberOf } from './reading-batch.ts';

type RatioMapping = NonNullable<Mapping['ratio']>;

/**
 * The ratio of a record's transformers, CT×PT. Readings are stored as the meter shows them: where a file has them multiplied
 * they are divided, else the ratio is left to the grid model, which knows from when to when it holds.
 */
export class Ratio {
  readonly #product: number | undefined;
  readonly #ct: number | undefined;
  readonly #pt: number | undefined;

  private constructor(product: number | undefined, ct: number | undefined, pt: number | undefined) {
    this.#product = product;
    this.#ct = ct;
    this.#pt = pt;
  }

  /** Undefined where the values need no division. */
  static of({ product, ct, pt, values }: RatioMapping, index: HeadingIndex): Ratio | undefined {
    if (values === 'secondary') return undefined;
    const columns = [product, ct, pt].map((names) => names && index.find(names));
    if (columns[0] === undefined && columns[1] === undefined) index.need('the ratio', product ?? ct ?? pt ?? []);
    return new Ratio(columns[0], columns[1], columns[2]);
  }

  /** What the values of a record are divided by; or in words why that is not known. */
  divisorOf(fields: readonly string[]): number | string {
    if (this.#product !== undefined) return checked(fields[this.#product] ?? '');
    const ct = this.#ct === undefined ? 1 : checked(fields[this.#ct] ?? '');
    const pt = this.#pt === undefined ? 1 : checked(fields[this.#pt] ?? '');
    if (typeof ct === 'string') return ct;
    return typeof pt === 'string' ? pt : ct * pt;
  }
}

/** `60`, `300/5` or `300:5`. */
function checked(text: string): number | string {
  const parts = text.trim().split(/[/:]/).map(numberOf);
  const [above = Number.NaN, below = 1] = parts;
  const ratio = above / below;
  if (parts.length <= 2 && Number.isFinite(ratio) && ratio > 0) return ratio;
  return `"${text.slice(0, 50)}" is no ratio such as 60 or 300/5`;
}
