import type { LoggedFault } from '../plan/fault-log.ts';
import { heldAfterTear, heldRecords, leftRecords } from './held-records.ts';

/** What a killed edge had in its outbox. */
export interface EdgeDeath {
  readonly edge: string;
  readonly atMs: number;
  /** Keys of the records in it. */
  readonly held: ReadonlySet<string>;
  /** Those of them that can still be read since somebody tore the outbox; undefined where nobody did. */
  readonly left?: ReadonlySet<string>;
}

/** Reads what was kept of the outboxes of killed edges; in order of time. */
export function edgeDeaths(faults: readonly LoggedFault[]): EdgeDeath[] {
  const torn = new Set<string>();
  return faults
    .toSorted((a, b) => a.fromMs - b.fromMs)
    .flatMap(({ target, fromMs, outbox }): EdgeDeath[] => {
      if (!outbox) return [];
      const held = torn.has(target) ? heldAfterTear(outbox.asKilled) : heldRecords(outbox.asKilled);
      if (outbox.asTorn !== undefined) torn.add(target);
      const left = outbox.asTorn === undefined ? {} : { left: leftRecords(outbox.asTorn, held) };
      return [{ edge: target, atMs: fromMs, held: new Set([...held.values()].flat()), ...left }];
    });
}
