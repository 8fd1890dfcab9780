import type { ProcessClock, Timer } from '../../edge/platform/clock.ts';
import { DATA_TYPES } from '../../edge/protocol/datatypes.ts';
import { NODE_CONTROL } from '../../edge/protocol/delivery.ts';
import { encodePayload } from '../../edge/protocol/payload.ts';
import { nodeTopic } from '../../edge/protocol/topics.ts';
import type { CommandChannel } from './sessions.ts';

export interface RebirthSettings {
  readonly intervalMs: number;
  readonly maxPerSecond: number;
  readonly maxNodes: number;
}

interface Wish {
  readonly group: string;
  readonly node: string;
  channel: CommandChannel;
  /** Not before, by the process clock. */
  notBeforeMs: number;
  intervalMs: number;
  isDue: boolean;
}

const MAX_INTERVAL_MS = 5 * 60_000;

/** The payload of a rebirth request (tck-id-operational-behavior-data-commands-ncmd-rebirth-*): no sequence number. */
export function rebirthPayload(nowMs: number, name: string = NODE_CONTROL.rebirth): Uint8Array {
  const metric = { name, timestamp: nowMs, datatype: DATA_TYPES.Boolean, booleanValue: true };
  return encodePayload({ timestamp: nowMs, metrics: [metric] });
}

/**
 * Asks nodes for their birth, when something they sent cannot be understood without it: each at most once an interval
 * that doubles while no birth comes, all together at a bounded rate, so that a host that starts among thousands of nodes
 * does not call them all at once.
 */
export class RebirthRequests {
  readonly #settings: RebirthSettings;
  readonly #processClock: ProcessClock;
  readonly #send: (wish: { group: string; node: string; channel: CommandChannel }) => void;
  readonly #wishes = new Map<string, Wish>();
  #timer: Timer | undefined;

  constructor(
    settings: RebirthSettings,
    processClock: ProcessClock,
    send: (wish: { group: string; node: string; channel: CommandChannel }) => void,
  ) {
    this.#settings = settings;
    this.#processClock = processClock;
    this.#send = send;
  }

  /** A birth of the node is needed. True when it was not asked for lately. */
  request(group: string, node: string, channel: CommandChannel): boolean {
    const id = `${group}/${node}`;
    const known = this.#wishes.get(id);
    const isNew = !known || (!known.isDue && this.#processClock.nowMs() >= known.notBeforeMs);
    if (known) {
      known.channel = channel;
      known.isDue = true;
    } else {
      if (this.#wishes.size >= this.#settings.maxNodes) return false;
      const { intervalMs } = this.#settings;
      this.#wishes.set(id, { group, node, channel, notBeforeMs: 0, intervalMs, isDue: true });
    }
    this.#arm(0);
    return isNew;
  }

  /** The node was born. */
  born(id: string): void {
    const wish = this.#wishes.get(id);
    if (!wish) return;
    wish.isDue = false;
    // Its interval stays for a while: a node that is born again and again and never understood must not be called at once.
    if (this.#processClock.nowMs() >= wish.notBeforeMs) this.#wishes.delete(id);
  }

  /** The node is dead: calling it is useless. */
  dead(id: string): void {
    const wish = this.#wishes.get(id);
    if (wish) wish.isDue = false;
  }

  stop(): void {
    this.#timer?.cancel();
    this.#wishes.clear();
  }

  #arm(delayMs: number): void {
    this.#timer ??= this.#processClock.setTimer(delayMs, () => {
      this.#timer = undefined;
      this.#serve();
    });
  }

  #serve(): void {
    const nowMs = this.#processClock.nowMs();
    let budget = Math.max(1, Math.floor(this.#settings.maxPerSecond / 10));
    let nextMs = Number.POSITIVE_INFINITY;
    for (const wish of this.#wishes.values()) {
      if (!wish.isDue) continue;
      if (wish.notBeforeMs > nowMs || budget === 0) {
        nextMs = Math.min(nextMs, Math.max(100, wish.notBeforeMs - nowMs));
        continue;
      }
      budget -= 1;
      wish.isDue = false;
      wish.notBeforeMs = nowMs + wish.intervalMs;
      wish.intervalMs = Math.min(MAX_INTERVAL_MS, wish.intervalMs * 2);
      if (wish.channel.isOnline) this.#send(wish);
    }
    if (Number.isFinite(nextMs)) this.#arm(nextMs);
  }
}

export function commandTopic(group: string, node: string): string {
  return nodeTopic(group, 'NCMD', node);
}
