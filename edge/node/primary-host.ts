import type { HostState } from '../protocol/state.ts';

/** What a STATE message means. */
export type HostWord = 'online' | 'offline' | 'outdated';

/**
 * Remembers the newest STATE of the primary host at each broker, over reconnects: a message older than that says nothing
 * (tck-id-message-flow-edge-node-birth-publish-phid-wait-timestamp,
 * tck-id-operational-behavior-edge-node-termination-host-offline-timestamp). A host counts its times for each broker
 * separately (tck-id-operational-behavior-host-application-multi-server-timestamp): gone from one broker it is still
 * online at another, where it said so earlier.
 */
export class PrimaryHost {
  readonly #newestMs = new Map<string, number>();

  hear(broker: string, state: HostState): HostWord {
    if (state.timestamp < (this.#newestMs.get(broker) ?? -Infinity)) return 'outdated';
    this.#newestMs.set(broker, state.timestamp);
    return state.online ? 'online' : 'offline';
  }
}
