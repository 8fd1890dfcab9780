import type { MessageOf } from '../contract.ts';

/** What the server said of itself and its district in its welcome. */
export interface ServerInfo {
  readonly timeZone: string;
  readonly simulated: boolean;
  readonly speed: number;
}

/** What its heartbeats say, and when they last said that all is well. */
export interface ServerHealth {
  readonly broker: MessageOf<'heartbeat'>['broker'] | undefined;
  readonly store: MessageOf<'heartbeat'>['store'] | undefined;
  readonly brokerGoodMs: number | null;
  readonly storeGoodMs: number | null;
}

/** Before the first welcome: times are shown in UTC and say so. */
export const UNKNOWN_SERVER: ServerInfo = { timeZone: 'UTC', simulated: false, speed: 1 };
export const UNKNOWN_HEALTH: ServerHealth = {
  broker: undefined,
  store: undefined,
  brokerGoodMs: null,
  storeGoodMs: null,
};

export function healthAfter(health: ServerHealth, heartbeat: MessageOf<'heartbeat'>): ServerHealth {
  const { broker, store, gridNowMs } = heartbeat;
  return {
    broker,
    store,
    brokerGoodMs: broker.ok ? gridNowMs : health.brokerGoodMs,
    storeGoodMs: store.ok ? gridNowMs : health.storeGoodMs,
  };
}
