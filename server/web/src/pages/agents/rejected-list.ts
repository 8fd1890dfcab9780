import type { IngestProblems } from '../../contract.ts';

/** Values of one metric of a device that the store refused: how many, and the latest. */
export interface Rejected extends NonNullable<IngestProblems['items'][number]['rejected']> {
  readonly count: number;
}

/** Those of one agent, the latest first. */
export function rejectedOf(agent: string, { items }: IngestProblems): Rejected[] {
  return items.flatMap(({ rejected, count }) => (rejected?.agent === agent ? { ...rejected, count } : []));
}
