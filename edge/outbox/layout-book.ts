import type { RecordLayout } from '../reading.ts';
import type { StoredLayout } from './record.ts';

/** Layouts and their numbers in the file's dictionary. */
export class LayoutBook {
  /** By number; also those that only waiting records have. */
  readonly byId = new Map<number, StoredLayout>();
  /** Numbers of layouts that reads may carry, by the object and by what it says. */
  readonly #idByObject = new Map<RecordLayout, number>();
  readonly #idByText = new Map<string, number>();

  /** A layout that reads may carry. */
  add(id: number, layout: RecordLayout): void {
    this.byId.set(id, layout);
    this.#idByObject.set(layout, id);
    this.#idByText.set(layoutText(layout), id);
  }

  /** The number of a layout that was added, or of one that says the same. */
  idOf(layout: RecordLayout): number | undefined {
    const known = this.#idByObject.get(layout);
    if (known !== undefined) return known;
    const id = this.#idByText.get(layoutText(layout));
    if (id !== undefined) this.#idByObject.set(layout, id);
    return id;
  }
}

export function layoutText({ device, pollClass, metrics }: RecordLayout): string {
  return `${device} ${pollClass} ${metrics.join(' ')}`;
}
