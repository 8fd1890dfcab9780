import type { ManualGridClock } from '../../../edge/platform/clock.ts';
import type { Series, TelemetryStore } from '../../../server/store/telemetry-store.ts';

/** A store under test, empty when it is made. */
export interface StoreUnderTest {
  readonly store: TelemetryStore;
  readonly gridClock: ManualGridClock;
  /** Closes it and opens it again on the same data. */
  reopen(): Promise<TelemetryStore>;
  /** Lets what the store does in the background (roll-ups, sorting) catch up. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

export type StoreFactory = () => Promise<StoreUnderTest>;

/** 2026-03-10T12:00:00Z, a Tuesday. */
export const NOON = Date.UTC(2026, 2, 10, 12);
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;

export const POWER: Series = { device: 'M-1', metric: 'active_power', kind: 'meter', pollClass: 'fast' };
export const VOLTAGE: Series = { device: 'M-1', metric: 'voltage_a', kind: 'meter', pollClass: 'fast' };
export const ENERGY: Series = { device: 'M-1', metric: 'energy_import', kind: 'meter', pollClass: 'registers' };
