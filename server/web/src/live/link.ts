/**
 * - `connecting`: first connection of this page, not yet late.
 * - `live`: the server has spoken lately.
 * - `interrupted`: the connection ended a moment ago; nothing is said yet, it often is back at once.
 * - `lost`: no word from the server; nothing on the page is current.
 */
export type LinkPhase = 'connecting' | 'live' | 'interrupted' | 'lost';

export interface LinkState {
  readonly phase: LinkPhase;
  /** Grid time of the last message; null when there never was one. */
  readonly lastGoodMs: number | null;
  /** Connections tried without success since the last one that worked. */
  readonly attempts: number;
}

/** The longest silence before the link counts as lost, whatever the server promises: the operator must know within 10 s. */
export const MAX_SILENCE_MS = 8_000;
/** Times that are looked at together: from the first sign of trouble to the words on the page. */
export const LINK_TIMING = {
  /** How often the silence is measured. */
  checkMs: 500,
  /** From the end of a connection to `lost`. */
  graceMs: 2_000,
  /** For opening a connection, including the server's welcome. */
  openTimeoutMs: 5_000,
  backoff: { firstMs: 500, maxMs: 5_000 },
} as const;

/** How long the server may be silent, by its own promise of heartbeats, bounded. */
export function allowedSilenceMs(heartbeatMs: number): number {
  return Math.min(3 * heartbeatMs, MAX_SILENCE_MS);
}
