import { createHash } from 'node:crypto';
import type { Board, Filter, MessageKind } from './board.ts';
import { Channel, type Cursor, type Member } from './channel.ts';
import { type FrameNames, type Recipient, SharedMessage } from './outgoing.ts';

/** Items that may be encoded in one tick for clients that are behind, so that a rush of new pages does not stop the rest. */
const CATCH_UP_ITEMS_PER_TICK = 40_000;

export interface FanOutSettings {
  readonly maxItemsPerSubscription: number;
  readonly frames: FrameNames;
  /** A message was due and its client could not take it. */
  readonly onSkipped: () => void;
}

/**
 * Brings a board's items to its subscribers: what many watch is encoded once, what a client could not take stays marked
 * for it and is sent, as it is then, when it can. Costs per tick: one step a changed item and channel that watches it.
 */
export class FanOut {
  readonly #board: Board;
  readonly #settings: FanOutSettings;
  readonly #channels = new Map<string, Channel>();
  /** Who asks for a device by name, and who asks for all: a new item is shown to these only. */
  readonly #byDevice = new Map<string, Set<Channel>>();
  readonly #unfiltered = new Set<Channel>();
  /** The channels that watch an item, by item. */
  readonly #watchers: (Channel[] | undefined)[] = [];

  constructor(board: Board, settings: FanOutSettings) {
    this.#board = board;
    this.#settings = settings;
  }

  get isWatched(): boolean {
    return this.#channels.size > 0;
  }

  /**
   * Adds a subscription; its first message comes with the next tick. Returns what ends it, or the number of items when
   * they are too many.
   */
  subscribe(client: Recipient, id: string, filter: Filter, everyTicks: number): (() => void) | number {
    const key = channelKey(filter, everyTicks);
    const channel = this.#channels.get(key) ?? new Channel(key, filter, everyTicks, this.#board);
    if (channel.items.length > this.#settings.maxItemsPerSubscription) return channel.items.length;
    if (!this.#channels.has(key)) this.#open(channel);
    const member = channel.join(client, id);
    return () => this.#leave(channel, member);
  }

  /** A new item, or one that must be announced again. */
  announce(item: number): void {
    const named = this.#byDevice.get(this.#board.subjectOf(item)) ?? [];
    for (const channels of [named, this.#unfiltered]) {
      for (const channel of channels) {
        if (!this.#board.matches(channel.filter, item)) continue;
        channel.items.push(item);
        this.#watch(channel, item);
      }
    }
  }

  mark(item: number): void {
    const watchers = this.#watchers[item];
    if (watchers === undefined) return;
    for (const channel of watchers) channel.mark(item);
  }

  tick(tick: number): void {
    const budget = { items: CATCH_UP_ITEMS_PER_TICK };
    for (const channel of [...this.#channels.values()]) {
      if (channel.items.length > this.#settings.maxItemsPerSubscription) this.#refuseAll(channel);
      const isDue = tick % channel.everyTicks === 0;
      if (isDue) this.#serveTogether(channel);
      const hadBudget = budget.items > 0;
      this.#serveBehind(channel, isDue, budget);
      if (hadBudget && budget.items <= 0) this.#moveToEnd(channel);
    }
  }

  /** The channel that used the budget up comes last next time. */
  #moveToEnd(channel: Channel): void {
    if (this.#channels.delete(channel.key)) this.#channels.set(channel.key, channel);
  }

  #open(channel: Channel): void {
    this.#channels.set(channel.key, channel);
    if (channel.filter.devices === undefined) this.#unfiltered.add(channel);
    for (const device of channel.filter.devices ?? []) {
      const channels = this.#byDevice.get(device);
      if (channels) channels.add(channel);
      else this.#byDevice.set(device, new Set([channel]));
    }
    for (const item of channel.items) this.#watch(channel, item);
  }

  #close(channel: Channel): void {
    this.#channels.delete(channel.key);
    this.#unfiltered.delete(channel);
    for (const device of channel.filter.devices ?? []) {
      const channels = this.#byDevice.get(device);
      channels?.delete(channel);
      if (channels?.size === 0) this.#byDevice.delete(device);
    }
    for (const item of channel.items) {
      const rest = this.#watchers[item]?.filter((other) => other !== channel);
      this.#watchers[item] = rest?.length ? rest : undefined;
    }
  }

  #watch(channel: Channel, item: number): void {
    const watchers = this.#watchers[item];
    if (watchers === undefined) this.#watchers[item] = [channel];
    else if (!watchers.includes(channel)) watchers.push(channel);
  }

  #leave(channel: Channel, member: Member): void {
    channel.leave(member);
    if (channel.memberCount === 0 && this.#channels.get(channel.key) === channel) this.#close(channel);
  }

  #refuseAll(channel: Channel): void {
    const most = this.#settings.maxItemsPerSubscription;
    for (const member of [...channel.together, ...channel.behind]) {
      this.#leave(channel, member);
      member.client.refuse(
        member.id,
        'RANGE_TOO_LARGE',
        `More than ${most} series match by now; name devices or metrics`,
      );
    }
  }

  #serveTogether(channel: Channel): void {
    if (channel.together.size === 0 || !channel.head.isBehind(channel)) return;
    for (const member of channel.together) {
      if (!member.client.canTake(this.#board.isAcknowledged)) channel.fallBehind(member);
    }
    if (channel.together.size === 0) return;
    const message = this.#encode(channel, channel.head, 'update').message;
    for (const member of channel.together) member.client.deliver(message.for(member.id));
  }

  #serveBehind(channel: Channel, isDue: boolean, budget: { items: number }): void {
    // Pages that come together (the server was started again) read the same list: what one is sent serves the others.
    const shared = new Map<string, { message: SharedMessage; known: number }>();
    for (const member of [...channel.behind]) {
      if (budget.items <= 0) return;
      if (member.stage !== 'update') this.#introduce(channel, member, budget, shared);
      else if (isDue) this.#repair(channel, member, budget);
    }
  }

  /** Sends the list, as much of it as the client takes. */
  #introduce(
    channel: Channel,
    member: Member,
    budget: { items: number },
    shared: Map<string, { message: SharedMessage; known: number }>,
  ): void {
    const { cursor } = member;
    while (cursor && member.stage !== 'update' && budget.items > 0) {
      if (!member.client.canTake(this.#board.isAcknowledged)) return;
      const key = `${member.stage} ${cursor.known}`;
      const known = shared.get(key);
      if (known) cursor.known = known.known;
      const encoded = known ?? this.#encodeCounted(channel, cursor, member.stage, budget);
      shared.set(key, encoded);
      member.client.deliver(encoded.message.for(member.id));
      member.stage = cursor.known < channel.items.length ? 'rest' : 'update';
    }
    this.#rotate(channel, member);
  }

  /** Sends one message of what the client missed. */
  #repair(channel: Channel, member: Member, budget: { items: number }): void {
    const { cursor } = member;
    if (!cursor) return;
    if (cursor.isBehind(channel)) {
      if (!member.client.canTake(this.#board.isAcknowledged)) {
        this.#settings.onSkipped();
        return;
      }
      const encoded = this.#encodeCounted(channel, cursor, 'update', budget);
      member.client.deliver(encoded.message.for(member.id));
    }
    this.#rotate(channel, member);
  }

  #rotate(channel: Channel, member: Member): void {
    if (member.stage === 'update' && !member.cursor?.isBehind(channel)) {
      channel.catchUp(member);
    } else {
      channel.behind.delete(member);
      channel.behind.add(member);
    }
  }

  #encodeCounted(channel: Channel, cursor: Cursor, kind: MessageKind, budget: { items: number }) {
    const encoded = this.#encode(channel, cursor, kind);
    budget.items -= encoded.count;
    return encoded;
  }

  #encode(channel: Channel, cursor: Cursor, kind: MessageKind) {
    const { items, announces } = cursor.take(channel, this.#board.maxItemsPerMessage);
    const body = this.#board.body(items, announces || kind !== 'update');
    const more = cursor.known < channel.items.length;
    const message = new SharedMessage((id) => {
      const frame = this.#settings.frames.next();
      const bytes = Buffer.from(this.#board.head({ kind, id, frame, more }) + body);
      return { bytes, frame: this.#board.isAcknowledged ? frame : undefined };
    });
    return { message, known: cursor.known, count: items.length };
  }
}

function channelKey(filter: Filter, everyTicks: number): string {
  const parts = [sorted(filter.devices), sorted(filter.metrics), everyTicks];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64');
}

function sorted(names: ReadonlySet<string> | undefined): string[] | null {
  return names ? [...names].sort() : null;
}
