import type { Delivery } from '../../../server/api/agents.schema.ts';
import type { StoredRow } from './match-stored.ts';

type Figures = Pick<Delivery, 'taken' | 'stored' | 'waiting' | 'explained'>;

/** Each thing that is wrong is told so often. */
const MAX_WRONG = 10;

/** Watches the server's account of each edge: it must hold at any moment, and what is stored stays so over any restart. */
export class BookKeeper {
  readonly wrong: string[] = [];
  readonly #stored = new Map<string, number>();

  look(edge: string, figures: Figures): void {
    const { taken, stored, waiting, explained } = figures;
    if (taken !== stored + waiting + explained || waiting < 0) this.#tell(`${edge}: ${wordsOf(figures)}`);
    const before = this.#stored.get(edge) ?? 0;
    if (stored < before) this.#tell(`${edge}: ${before} records were stored, and later only ${stored}`);
    this.#stored.set(edge, stored);
  }

  #tell(words: string): void {
    if (this.wrong.length < MAX_WRONG) this.wrong.push(words);
  }
}

/** What still waits at the end; each in words. */
export function leftWaiting(reports: ReadonlyMap<string, { readonly delivery: Figures }>): string[] {
  return [...reports].flatMap(([edge, { delivery }]) =>
    delivery.waiting === 0 ? [] : `${edge}: ${wordsOf(delivery)}`,
  );
}

function wordsOf({ taken, stored, waiting, explained }: Figures): string {
  return `${taken} taken, ${stored} stored, ${waiting} waiting and ${explained} explained`;
}

/** Records that rows belong to: what one device told at one time. Two records of a device never share a time and origin. */
export function recordsIn(rows: Iterable<StoredRow>, edgeOf: (device: string) => string): Map<string, number> {
  const records = new Map<string, Set<string>>();
  for (const { device, timeMs, origin } of rows) {
    const edge = edgeOf(device);
    const own = records.get(edge) ?? new Set<string>();
    records.set(edge, own.add(`${device} ${timeMs} ${origin}`));
  }
  return new Map([...records].map(([edge, own]) => [edge, own.size]));
}
