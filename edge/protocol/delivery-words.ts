/** Words of the wire that the outbox writes too. Here without schemas, whose library its thread would have to load. */

/** What stands behind a device id; it names the measurement in the store. */
export const DEVICE_KINDS = ['meter', 'transformer', 'device'] as const;
export type DeviceKind = (typeof DEVICE_KINDS)[number];

/** Why an edge gave a record up. */
export const TOMBSTONE_REASONS = ['outbox_full', 'too_old', 'outbox_corrupt', 'unsettled', 'unprotected_lost'] as const;
export type TombstoneReason = (typeof TOMBSTONE_REASONS)[number];
