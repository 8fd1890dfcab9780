import type { Topic } from './protocol.ts';

/** What a subscription is about; undefined means everything. */
export interface Filter {
  readonly devices: ReadonlySet<string> | undefined;
  readonly metrics: ReadonlySet<string> | undefined;
}

/**
 * - `first`: the first message of a subscription; the client forgets what it had.
 * - `rest`: what did not fit in it.
 * - `update`: what changed since.
 */
export type MessageKind = 'first' | 'rest' | 'update';

export interface MessageHead {
  readonly kind: MessageKind;
  readonly id: string;
  readonly frame: number;
  /** More messages of the same list follow. */
  readonly more: boolean;
}

/**
 * A topic of numbered items of which only the latest value counts. The numbers grow from 0 and are never used again;
 * the fan-out keeps who has to be told of which item, the board says what an item looks like.
 */
export interface Board {
  readonly topic: Topic;
  /** Whether its messages carry a frame that the client acknowledges. */
  readonly isAcknowledged: boolean;
  readonly maxItemsPerMessage: number;
  /** All items that match, in their order. */
  matching(filter: Filter): number[];
  matches(filter: Filter, item: number): boolean;
  /** The device that a filter's `devices` would have to name. */
  subjectOf(item: number): string;
  /** The beginning of a JSON object, up to and with a comma. */
  head(head: MessageHead): string;
  /** The rest of the object; `announces`: the client has not heard of these items before. */
  body(items: readonly number[], announces: boolean): string;
}
