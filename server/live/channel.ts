import type { Board, Filter, MessageKind } from './board.ts';
import { DirtySet } from './dirty-set.ts';
import type { Recipient } from './outgoing.ts';

/** How far a reader of a channel is: what it was told of, and what has changed since. */
export class Cursor {
  /** Items of the channel's list that were announced. */
  known = 0;
  #dirty = new DirtySet();

  mark(item: number): void {
    this.#dirty.mark(item);
  }

  isBehind(channel: Channel): boolean {
    return this.known < channel.items.length || this.#dirty.size > 0;
  }

  /** What the next message holds: what was not announced yet, else what changed. */
  take(channel: Channel, limit: number): { readonly items: readonly number[]; readonly announces: boolean } {
    if (this.known >= channel.items.length) return { items: this.#dirty.take(limit), announces: false };
    const items = channel.items.slice(this.known, this.known + limit);
    this.known += items.length;
    // An announcement carries the newest value: what changed before it is told by it.
    for (const item of items) this.#dirty.unmark(item);
    return { items, announces: true };
  }

  /** As if all had been sent. */
  skipAll(channel: Channel): void {
    this.known = channel.items.length;
    if (this.#dirty.size > 0) this.#dirty.clear();
  }

  clone(): Cursor {
    const copy = new Cursor();
    copy.known = this.known;
    copy.#dirty = this.#dirty.clone();
    return copy;
  }
}

/** A client's part in a channel. */
export interface Member {
  readonly client: Recipient;
  readonly id: string;
  /** Where it is when it is not where the channel is; undefined for one that gets every shared message. */
  cursor: Cursor | undefined;
  /** What its next message begins or continues. */
  stage: MessageKind;
}

/** All subscriptions with the same filter and rate: what one of them is sent, all are sent, encoded once. */
export class Channel {
  readonly key: string;
  readonly filter: Filter;
  /** Served on every so many ticks. */
  readonly everyTicks: number;
  /** Matching items in the order of their announcement; an item stands twice when it has to be announced again. */
  readonly items: number[];
  /** Where those members are that keep up. */
  readonly head = new Cursor();
  readonly together = new Set<Member>();
  readonly behind = new Set<Member>();

  constructor(key: string, filter: Filter, everyTicks: number, board: Board) {
    this.key = key;
    this.filter = filter;
    this.everyTicks = everyTicks;
    this.items = board.matching(filter);
    this.head.skipAll(this);
  }

  get memberCount(): number {
    return this.together.size + this.behind.size;
  }

  join(client: Recipient, id: string): Member {
    const member: Member = { client, id, cursor: new Cursor(), stage: 'first' };
    this.behind.add(member);
    return member;
  }

  leave(member: Member): void {
    this.together.delete(member);
    this.behind.delete(member);
  }

  mark(item: number): void {
    if (this.together.size > 0) this.head.mark(item);
    for (const member of this.behind) member.cursor?.mark(item);
  }

  /** A member that cannot take the next shared message goes its own way, from here. */
  fallBehind(member: Member): void {
    member.cursor = this.head.clone();
    this.together.delete(member);
    this.behind.add(member);
  }

  catchUp(member: Member): void {
    // With nobody there the head did not keep up either: this member, who has everything, is the head now.
    if (this.together.size === 0) this.head.skipAll(this);
    member.cursor = undefined;
    this.behind.delete(member);
    this.together.add(member);
  }
}
