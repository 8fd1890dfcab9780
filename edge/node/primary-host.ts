import type { HostState } from '../protocol/state.ts';

/** What a STATE message means. */
export type HostWord = 'online' | 'offline' | 'outdated';

/**
 * Remembers the newest STATE of the primary host, over reconnects and brokers: a message older than that says nothing
 * (tck-id-message-flow-edge-node-birth-publish-phid-wait-timestamp,
 * tck-id-operational-behavior-edge-node-termination-host-offline-timestamp).
 */
export class PrimaryHost {
  #newestMs = -Infinity;

  hear(state: HostState): HostWord {
    if (state.timestamp < this.#newestMs) return 'outdated';
    this.#newestMs = state.timestamp;
    return state.online ? 'online' : 'offline';
  }
}
